using System.Diagnostics;
using Notify.Broker.Metrics;

namespace Notify.Server.Limits;

/// <summary>
/// Counts this node's connections, those of each client address, and the handshakes under way. Every endpoint that opens connections calls
/// <see cref="TryBegin"/> first, and refuses in the form of its own protocol. Health checks and <c>/send</c> are not counted.
/// </summary>
/// <param name="maxConnections">The maximum number of connections, including handshakes under way.</param>
/// <param name="maxHandshakes">The maximum number of handshakes under way.</param>
/// <param name="addresses">The limits of each client address.</param>
/// <param name="metrics">Counts the refusals.</param>
/// <param name="refusals">Logs the refusals.</param>
public sealed class ConnectionLimits(
    int maxConnections, int maxHandshakes, AddressLimits addresses, BrokerMetrics metrics, RefusalLog refusals)
{
    private int _connections;
    private int _handshakes;

    /// <summary>Gets the number of connections, including handshakes under way.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Gets the number of handshakes under way.</summary>
    public int Handshakes => Volatile.Read(ref _handshakes);

    /// <summary>
    /// Reserves a connection and its handshake. Returns null when there is no room. The caller must dispose the result at the end of the
    /// handshake, however it ends. After <see cref="ConnectionHandshake.Keep"/> it must call <see cref="Leave"/> at the end of the
    /// connection.
    /// </summary>
    internal ConnectionHandshake? TryBegin(HttpContext context, out HandshakeRefusal refusal)
    {
        var address = addresses.Find(context);
        refusal = addresses.TryBegin(address);
        if (refusal != HandshakeRefusal.None)
        {
            metrics.Connections.HandshakeEnded("refused", TimeSpan.Zero);
            return null;
        }

        refusal = HandshakeRefusal.Connections;
        if (Interlocked.Increment(ref _connections) > maxConnections)
        {
            Leave(address.Key);
            Refused(
                "connections",
                $"Clients are told to come back later, because NOTIFY_MAX_CONNECTIONS={maxConnections} is reached.",
                address);
            return null;
        }

        if (Interlocked.Increment(ref _handshakes) > maxHandshakes)
        {
            Interlocked.Decrement(ref _handshakes);
            Leave(address.Key);
            Refused(
                "handshakes",
                $"Clients are told to come back later, because NOTIFY_MAX_HANDSHAKES={maxHandshakes} is reached.",
                address);
            return null;
        }

        refusal = HandshakeRefusal.None;
        return new ConnectionHandshake(this, address.Key);
    }

    /// <summary>Releases a connection that has ended. Call it once for each connection that was kept.</summary>
    internal void Leave(AddressKey address)
    {
        Interlocked.Decrement(ref _connections);
        addresses.Leave(address);
    }

    internal void EndHandshake(string outcome, long began)
    {
        Interlocked.Decrement(ref _handshakes);
        metrics.Connections.HandshakeEnded(outcome, Stopwatch.GetElapsedTime(began));
    }

    private void Refused(string limit, string sentence, ClientAddress address)
    {
        metrics.Connections.HandshakeEnded("refused", TimeSpan.Zero);
        metrics.Limits.Refused(limit);
        refusals.Add(sentence, address.Address);
    }
}
