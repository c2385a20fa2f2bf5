using Notify.Broker;

namespace Notify.Server.Limits;

/// <summary>
/// The places for connections on this node, and for handshakes under way. Every endpoint that opens connections begins with
/// <see cref="TryBegin"/>, and refuses in its own protocol's words when there is no place; health checks and <c>/send</c> need none.
/// </summary>
/// <param name="maxConnections">How many connections there may be, those whose handshake is under way included.</param>
/// <param name="maxHandshakes">How many handshakes may be under way.</param>
/// <param name="metrics">Counts the refusals.</param>
/// <param name="logger">Is told of refusals, once a minute at most.</param>
public sealed partial class ConnectionLimits(int maxConnections, int maxHandshakes, BrokerMetrics metrics, ILogger<ConnectionLimits> logger)
{
    private const long LogInterval = 60_000;

    private int _connections;
    private int _handshakes;
    private long _silentUntil = long.MinValue;

    /// <summary>How many places are taken.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How many handshakes are under way.</summary>
    public int Handshakes => Volatile.Read(ref _handshakes);

    /// <summary>
    /// Takes a place for a connection and one for its handshake; null when there is none. Dispose what is returned when the handshake is
    /// over, however it ended; once <see cref="ConnectionHandshake.Keep"/> was called, call <see cref="Leave"/> at the connection's end.
    /// </summary>
    public ConnectionHandshake? TryBegin()
    {
        if (Interlocked.Increment(ref _connections) > maxConnections)
        {
            Leave();
            Refused("connections", "NOTIFY_MAX_CONNECTIONS", maxConnections);
            return null;
        }

        if (Interlocked.Increment(ref _handshakes) > maxHandshakes)
        {
            EndHandshake();
            Leave();
            Refused("handshakes", "NOTIFY_MAX_HANDSHAKES", maxHandshakes);
            return null;
        }

        return new ConnectionHandshake(this);
    }

    /// <summary>Gives back the place of a connection that is over. Once for each that was kept.</summary>
    public void Leave() => Interlocked.Decrement(ref _connections);

    internal void EndHandshake() => Interlocked.Decrement(ref _handshakes);

    private void Refused(string limit, string setting, int value)
    {
        metrics.Refused(limit);
        var now = MonotonicClock.Now;
        var silentUntil = Volatile.Read(ref _silentUntil);
        if (now >= silentUntil && Interlocked.CompareExchange(ref _silentUntil, now + LogInterval, silentUntil) == silentUntil)
        {
            LogRefused(setting, value);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Clients are told to come back later, because {Setting}={Value} is reached. Said once a minute at most.", EventName = "LimitReached")]
    private partial void LogRefused(string setting, int value);
}
