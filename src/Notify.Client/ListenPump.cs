using System.Net.WebSockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Notify.Client;

/// <summary>Keeps one subscription connected: one connection after the other, until it is stopped or refused.</summary>
internal sealed class ListenPump
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);

    private readonly NotifyClientOptions _options;
    private readonly Func<HttpMessageInvoker>? _invoker;
    private readonly NotifySubscription _subscription;
    private readonly ChannelWriter<ListenItem> _output;
    private readonly ILogger _logger;
    private readonly Dictionary<string, ListenCursor> _cursors;
    private readonly Uri _address;
    private string? _expiredToken;
    private long _lostAt;
    private bool _hasListened;
    private bool _isListening;
    private int _failures;

    public ListenPump(
        NotifyClientOptions options,
        Func<HttpMessageInvoker>? invoker,
        NotifySubscription subscription,
        ChannelWriter<ListenItem> output,
        ILogger logger)
    {
        (_options, _invoker, _subscription, _output, _logger) = (options, invoker, subscription, output, logger);
        _cursors = subscription.Channels.ToDictionary(
            static channel => channel,
            channel => new ListenCursor(channel, subscription.Positions.GetValueOrDefault(channel), subscription.Start),
            StringComparer.Ordinal);
        var address = new UriBuilder(options.AddressOf("ws")) { Query = "key=" + Uri.EscapeDataString(options.Key) };
        address.Scheme = address.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
        _address = address.Uri;
    }

    /// <summary>Listens to the end, and completes the output with the reason.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            _lostAt = _options.Time.GetTimestamp();
            while (true)
            {
                Report(new ListenStatus(ListenState.Connecting));
                await WaitAsync(await ConnectAsync(stop).ConfigureAwait(false), stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _output.Complete();
        }
#pragma warning disable CA1031 // Whatever it is, it ends the enumeration, and its reader must hear of it.
        catch (Exception exception)
        {
            _output.Complete(exception);
        }
#pragma warning restore CA1031
    }

    private async Task<ConnectionEnd> ConnectAsync(CancellationToken stop)
    {
        string? token = null;
        if (_options.GetToken is { } getToken)
        {
            try
            {
                token = await getToken(stop).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // It asks a backend, which may be away for a while in many ways.
            catch (Exception exception) when (!stop.IsCancellationRequested)
            {
                return new ConnectionEnd($"there is no token: {exception.Message}");
            }
#pragma warning restore CA1031
        }

        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (token is not null)
        {
            // Not in the address, which proxies log.
            socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        }

        // The connection has heartbeats of its own, which also notice a server that is away.
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        using var late = new CancellationTokenSource(_options.AttemptTimeout, _options.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop, late.Token);
        try
        {
            await socket.ConnectAsync(_address, _invoker?.Invoke(), limit.Token).ConfigureAwait(false);
        }
        catch (WebSocketException exception)
        {
            return Refusal(socket, exception) ?? new ConnectionEnd(exception.InnerException?.Message ?? exception.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new ConnectionEnd("the server did not answer in time");
        }

        using var connection = new ListenConnection(socket, _options, _cursors, _output, Listening, _logger);
        var end = await connection.RunAsync(stop).ConfigureAwait(false);
        if (end.IsTokenExpired)
        {
            if (token == _expiredToken || _options.GetToken is null)
            {
                throw new NotifyRefusedException($"The server refuses the token: {end.Reason}.", "token_expired");
            }

            // A token that expired on its way here is no reason to give up. The same one again is.
            _expiredToken = token;
        }

        return end;
    }

    // An address that has worked is right. A proxy may answer 404 while the server behind it is replaced.
    private ConnectionEnd? Refusal(ClientWebSocket socket, WebSocketException exception)
    {
        var status = (int)socket.HttpStatusCode;
        return _hasListened || status is < 400 or >= 500 or 408 or 425 or 429
            ? null
            : throw new NotifyRefusedException(
                $"The server answered {status} instead of opening a WebSocket; check the address and the proxy.",
                $"http_{status}",
                inner: exception);
    }

    private async Task WaitAsync(ConnectionEnd end, CancellationToken stop)
    {
        if (_isListening)
        {
            (_isListening, _lostAt) = (false, _options.Time.GetTimestamp());
        }

        if (_options.GiveUpAfter is { } limit && _options.Time.GetElapsedTime(_lostAt) >= limit)
        {
            throw new NotifyUnavailableException($"The server cannot be reached: {end.Reason}.", inner: null);
        }

        var delay = end.Delay ?? Backoff.Next(_failures, FirstDelay, _options.MaxReconnectDelay, Random.Shared.NextDouble());
        _failures++;
        ClientLog.Reconnecting(_logger, end.Reason, delay.TotalMilliseconds);
        Report(new ListenStatus(ListenState.Waiting, end.Reason, delay));
        await Task.Delay(delay, _options.Time, stop).ConfigureAwait(false);
    }

    private void Listening(string connection)
    {
        (_isListening, _hasListened) = (true, true);
        _failures = 0;
        _expiredToken = null;
        ClientLog.Listening(_logger, _cursors.Count);
        Report(new ListenStatus(ListenState.Listening, Connection: connection));
    }

    private void Report(ListenStatus status) => _subscription.OnStatus?.Invoke(status);
}
