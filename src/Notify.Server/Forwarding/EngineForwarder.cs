using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Notify.Broker;
using Notify.Broker.Clustering;
using Notify.Broker.Connections;
using Notify.Server.Sessions;
using Yarp.ReverseProxy.Forwarder;

namespace Notify.Server.Forwarding;

/// <summary>
/// Passes Engine.IO requests on to the node that their session id names, so that a client's requests may land on any node. What cannot
/// be passed on is left to be answered as a request of a session that nobody knows: the client then begins a new one.
/// </summary>
internal sealed partial class EngineForwarder : ISessionManager, IDisposable
{
    // A host that is gone does not answer at all; one that is merely busy takes the connection at once and needs longer for the handshake.
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(3);

    // How much longer than its two heartbeats a session may be silent before its request is given up.
    private static readonly TimeSpan Allowance = TimeSpan.FromSeconds(15);

    private const long WarningInterval = 10_000;

    private readonly ConcurrentDictionary<CancellationTokenSource, byte> _requests = new();
    private readonly IHttpForwarder _forwarder;
    private readonly Membership _membership;
    private readonly ILogger<EngineForwarder> _logger;
    private readonly HttpMessageInvoker _client;
    private readonly ForwarderRequestConfig _config;
    private readonly ForwardedTransformer _transformer = new();
    private long _warnsAt;

    /// <summary>Prepares the connections to the other nodes; none is opened yet.</summary>
    /// <param name="forwarder">Copies requests and answers.</param>
    /// <param name="membership">Which nodes there are.</param>
    /// <param name="identity">Who this node is, and whom it takes for a node.</param>
    /// <param name="silence">The longest time for which a living session may be silent: its two heartbeats.</param>
    /// <param name="logger">Where nodes that cannot be reached are told.</param>
    public EngineForwarder(IHttpForwarder forwarder, Membership membership, NodeIdentity identity, TimeSpan silence, ILogger<EngineForwarder> logger)
    {
        _forwarder = forwarder;
        _membership = membership;
        _logger = logger;
        _client = new HttpMessageInvoker(CreateHandler(identity));
        _config = new ForwarderRequestConfig
        {
            ActivityTimeout = silence + Allowance,
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    /// <summary>How many requests are being passed on.</summary>
    public int Count => _requests.Count;

    /// <summary>Where a request belongs whose session is not here; none: nowhere but here.</summary>
    public IReadOnlyList<RemoteNode> Find(HttpContext context, string sessionId) =>
        HttpMethods.IsOptions(context.Request.Method) || NodeRequest.Is(context) || !SocketIds.TryReadNode(sessionId, out var tag) ? [] : _membership.FindNodes(tag);

    /// <summary>Passes a request on. False when that was not possible, and nothing is answered yet.</summary>
    /// <param name="context">The request.</param>
    /// <param name="sessionId">The session that it is for.</param>
    /// <param name="nodes">Where <see cref="Find"/> found that it belongs.</param>
    public async Task<bool> TryForwardAsync(HttpContext context, string sessionId, IReadOnlyList<RemoteNode> nodes)
    {
        var aborted = context.RequestAborted;
        if ((nodes.Count == 1 ? nodes[0] : await PickAsync(nodes, sessionId, aborted)) is not { } node)
        {
            return false;
        }

        using var ending = new CancellationTokenSource();
        _requests.TryAdd(ending, 0);
        try
        {
            return IsAnswered(context, node, ending, await _forwarder.SendAsync(context, Root(node), _client, _config, _transformer, ending.Token));
        }
        finally
        {
            _requests.TryRemove(ending, out _);
        }
    }

    /// <inheritdoc />
    public async Task DrainAsync(TimeSpan window)
    {
        // Their sessions live on, elsewhere; it is the way to them that ends. What comes while this node leaves is still passed on.
        var requests = _requests.Keys.ToArray();
        Random.Shared.Shuffle(requests);
        for (var i = 0; i < requests.Length; i++)
        {
            await Task.Delay(window / requests.Length);
            await EndAsync(requests[i]);
        }

        await Task.WhenAll(_requests.Keys.Select(EndAsync));
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static SocketsHttpHandler CreateHandler(NodeIdentity identity) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        RequestHeaderEncodingSelector = static (_, _) => HeaderText.Encoding,
        ConnectTimeout = HandshakeTimeout,
        ConnectCallback = DialAsync,
        SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificateContext = SslStreamCertificateContext.Create(identity.Certificate, additionalCertificates: null, offline: true),
#pragma warning disable MA0039 // Nodes know each other by the cluster's key or authority, whatever their addresses are.
            RemoteCertificateValidationCallback = identity.Validate,
#pragma warning restore MA0039
        },
    };

    private static async ValueTask<Stream> DialAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(DialTimeout);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, patience.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Root(RemoteNode node)
    {
        var host = node.Address.Host!;
        return string.Create(CultureInfo.InvariantCulture, $"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{node.HttpPort}");
    }

    // Cancelled by the drain when it is not over meanwhile.
    private static async Task EndAsync(CancellationTokenSource request)
    {
        try
        {
            await request.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // Over.
        }
    }

    private bool IsAnswered(HttpContext context, RemoteNode node, CancellationTokenSource ending, ForwarderError error)
    {
        if (error is ForwarderError.None or ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled || context.Response.HasStarted)
        {
            return true;
        }

        if (ending.IsCancellationRequested || context.RequestAborted.IsCancellationRequested)
        {
            // Its session is alive; an answer would say that it is not.
            context.Abort();
            return true;
        }

        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (MonotonicClock.Now is var now && now >= Interlocked.Read(ref _warnsAt))
        {
            Interlocked.Exchange(ref _warnsAt, now + WarningInterval);
            LogFailed(node.Address.Host!, node.HttpPort, error, exception?.GetBaseException().Message ?? "");
        }

        context.Response.Clear();
        return false;
    }

    // Nodes that chance has given the same name: each is asked whether the session is its own.
    private async Task<RemoteNode?> PickAsync(IReadOnlyList<RemoteNode> nodes, string sessionId, CancellationToken cancellationToken)
    {
        foreach (var node in nodes)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(HandshakeTimeout);
            using var request = new HttpRequestMessage(HttpMethod.Head, Root(node) + NodeEndpoint.SessionPath + sessionId);
            try
            {
                using var answer = await _client.SendAsync(request, patience.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return node;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                LogFailed(node.Address.Host!, node.HttpPort, ForwarderError.Request, exception.GetBaseException().Message);
            }
        }

        return null;
    }

    [LoggerMessage(1, LogLevel.Warning, "A request for a session of {Host} could not be passed on to its port {Port} (NOTIFY_CLUSTER_HTTP_PORT): {Error} {Message}", EventName = "ForwardFailed")]
    private partial void LogFailed(string host, int port, ForwarderError error, string message);
}
