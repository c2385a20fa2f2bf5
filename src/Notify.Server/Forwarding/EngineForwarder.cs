using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Notify.Broker;
using Notify.Broker.Clustering;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Server.Sessions;
using Yarp.ReverseProxy.Forwarder;

namespace Notify.Server.Forwarding;

/// <summary>
/// Forwards Engine.IO requests to the node in their session id, so that a client's requests may arrive at any node. A request that cannot
/// be forwarded is answered as one with an unknown session, after which the client starts a new session.
/// </summary>
internal sealed partial class EngineForwarder : ISessionManager, IDisposable
{
    // A host that is down does not answer at all. One that is only busy accepts the connection at once and needs more time for the
    // handshake.
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(3);

    // How much longer than its two heartbeats a session may be silent before its request is cancelled.
    private static readonly TimeSpan Allowance = TimeSpan.FromSeconds(15);

    private const long WarningInterval = 10_000;

    private readonly ConcurrentDictionary<CancellationTokenSource, byte> _requests = new();
    private readonly IHttpForwarder _forwarder;
    private readonly Membership _membership;
    private readonly ClusterMetrics _metrics;
    private readonly ILogger<EngineForwarder> _logger;
    private readonly HttpMessageInvoker _client;
    private readonly ForwarderRequestConfig _config;
    private readonly ForwardedTransformer _transformer = new();
    private readonly TimeProvider _time;
    private long _warnsAt;

    /// <summary>Prepares the connections to the other nodes without opening them.</summary>
    /// <param name="forwarder">Copies requests and responses.</param>
    /// <param name="membership">The nodes of the cluster.</param>
    /// <param name="identity">The certificate of this node, and the check of other nodes' certificates.</param>
    /// <param name="silence">The longest time for which a live session may be silent: its two heartbeats.</param>
    /// <param name="metrics">Counts the requests.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log for unreachable nodes.</param>
    public EngineForwarder(
        IHttpForwarder forwarder,
        Membership membership,
        NodeIdentity identity,
        TimeSpan silence,
        ClusterMetrics metrics,
        TimeProvider time,
        ILogger<EngineForwarder> logger)
    {
        _forwarder = forwarder;
        _membership = membership;
        _metrics = metrics;
        _logger = logger;
        _time = time;
        _client = new HttpMessageInvoker(CreateHandler(identity));
        _config = new ForwarderRequestConfig
        {
            ActivityTimeout = silence + Allowance,
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    /// <summary>Gets the number of requests that are being forwarded.</summary>
    public int Count => _requests.Count;

    /// <summary>Returns the nodes that may have the session of a request. An empty list means that the request is answered here.</summary>
    public IReadOnlyList<RemoteNode> Find(HttpContext context, string sessionId) =>
        HttpMethods.IsOptions(context.Request.Method) || NodeRequest.Is(context) || !SocketIds.TryReadNode(sessionId, out var tag)
            ? []
            : _membership.FindNodes(tag);

    /// <summary>Forwards a request. Returns false when that was not possible and nothing has been answered yet.</summary>
    /// <param name="context">The request.</param>
    /// <param name="sessionId">The id of its session.</param>
    /// <param name="nodes">The result of <see cref="Find"/>.</param>
    public async Task<bool> TryForwardAsync(HttpContext context, string sessionId, IReadOnlyList<RemoteNode> nodes)
    {
        var aborted = context.RequestAborted;
        if ((nodes.Count == 1 ? nodes[0] : await PickAsync(nodes, sessionId, aborted)) is not { } node)
        {
            _metrics.Forwarded("unknown");
            return false;
        }

        using var ending = new CancellationTokenSource();
        _requests.TryAdd(ending, 0);
        try
        {
            var error = await _forwarder.SendAsync(context, Root(node), _client, _config, _transformer, ending.Token);
            var isAnswered = IsAnswered(context, node, ending, error);
            _metrics.Forwarded(isAnswered ? "ok" : "failed");
            return isAnswered;
        }
        finally
        {
            _requests.TryRemove(ending, out _);
        }
    }

    /// <inheritdoc />
    public async Task DrainAsync(TimeSpan window)
    {
        // Their sessions continue on other nodes; only the route through this node ends. Requests that arrive during the drain are still
        // forwarded.
        var requests = _requests.Keys.ToArray();
        Random.Shared.Shuffle(requests);
        for (var i = 0; i < requests.Length; i++)
        {
            await Task.Delay(window / requests.Length, _time);
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
            ClientCertificateContext = SslStreamCertificateContext.Create(
                    identity.Certificate, additionalCertificates: null, offline: true),
#pragma warning disable MA0039 // Nodes identify each other by the cluster's key or authority, not by their addresses.
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
        var name = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return string.Create(CultureInfo.InvariantCulture, $"https://{name}:{node.HttpPort}");
    }

    // Cancels a request that does not end before its turn in the drain.
    private static async Task EndAsync(CancellationTokenSource request)
    {
        try
        {
            await request.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The request has already ended.
        }
    }

    private bool IsAnswered(HttpContext context, RemoteNode node, CancellationTokenSource ending, ForwarderError error)
    {
        if (error is ForwarderError.None or ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled
            || context.Response.HasStarted)
        {
            return true;
        }

        if (ending.IsCancellationRequested || context.RequestAborted.IsCancellationRequested)
        {
            // The session is alive, and any response would claim that it is not.
            context.Abort();
            return true;
        }

        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (_time.GetMilliseconds() is var now && now >= Interlocked.Read(ref _warnsAt))
        {
            Interlocked.Exchange(ref _warnsAt, now + WarningInterval);
            LogFailed(node.Address.Host!, node.HttpPort, error, exception?.GetBaseException().Message ?? "");
        }

        context.Response.Clear();
        return false;
    }

    // Asks each node for the session, because several nodes may have the same random tag.
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
            catch (Exception exception)
                when (exception is HttpRequestException
                    || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                LogFailed(node.Address.Host!, node.HttpPort, ForwarderError.Request, exception.GetBaseException().Message);
            }
        }

        return null;
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "A request for a session of {Host} could not be passed on to its port {Port} (NOTIFY_CLUSTER_HTTP_PORT): {Error} {Detail}",
        EventName = "ForwardFailed")]
    private partial void LogFailed(string host, int port, ForwarderError error, string detail);
}
