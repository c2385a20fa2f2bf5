using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Notify.Broker;
using Notify.Server.Limits;

namespace Notify.Server.Listening;

/// <summary>
/// Accepts TCP connections within the limits. A connection above a limit is closed at once, so that its client notices. When the system
/// cannot accept connections, the next attempt waits for a moment.
/// </summary>
/// <param name="socket">The listening socket.</param>
/// <param name="setup">What the connections share. The listener disposes it.</param>
/// <param name="places">The limit of sockets of this process.</param>
/// <param name="addresses">The limits of each address; null when none apply.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log for failures.</param>
internal sealed partial class LimitedListener(
    Socket socket,
    ConnectionSetup setup,
    SocketLimit places,
    AddressLimits? addresses,
    TimeProvider time,
    ILogger<LimitedListener> logger) : IConnectionListener
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _unbound = new();
    private long _logsAt;

    /// <inheritdoc />
    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    /// <inheritdoc />
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Socket accepted;
            try
            {
                accepted = await socket.AcceptAsync(cancellationToken);
                accepted.NoDelay = true;
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted)
            {
                return null;
            }
            catch (SocketException exception) when (IsOfClient(exception.SocketErrorCode))
            {
                // The client disconnected before it was accepted.
                continue;
            }
            catch (SocketException exception)
            {
                await PauseAsync(exception);
                continue;
            }

            if (TryTake(accepted) is { } connection)
            {
                return connection;
            }
        }
    }

    /// <inheritdoc />
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _unbound.Cancel();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        setup.Dispose();
        _unbound.Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool IsOfClient(SocketError error) => error is SocketError.ConnectionAborted or SocketError.ConnectionReset;

    private AcceptedConnection? TryTake(Socket accepted)
    {
        if (SocketPlace.TryOpen(places, addresses, (accepted.RemoteEndPoint as IPEndPoint)?.Address) is not { } place)
        {
            accepted.Dispose();
            return null;
        }

        var connection = new AcceptedConnection(accepted, place, setup);
        connection.Start();
        return connection;
    }

    private async Task PauseAsync(SocketException exception)
    {
        var now = time.GetMilliseconds();
        if (now >= _logsAt)
        {
            _logsAt = now + (long)LogInterval.TotalMilliseconds;
            LogNotAccepted(exception.Message);
        }

        try
        {
            await Task.Delay(Pause, time, _unbound.Token);
        }
        catch (OperationCanceledException)
        {
            // The next attempt finds the listener closed.
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Error,
        "TCP connections cannot be accepted: {Reason}. It is tried again ten times a second. If it is the limit of open files, raise it: "
            + "ulimit -n, or LimitNOFILE= of systemd.",
        EventName = "NotAccepted")]
    private partial void LogNotAccepted(string reason);
}
