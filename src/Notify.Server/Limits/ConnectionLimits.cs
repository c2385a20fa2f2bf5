using Notify.Broker;

namespace Notify.Server.Limits;

/// <summary>
/// Counts the connections on this node, those of each client address, and the handshakes under way. Every endpoint that opens connections
/// begins with <see cref="TryBegin"/>, and refuses in its own protocol's words; health checks and <c>/send</c> need no place.
/// </summary>
/// <param name="maxConnections">How many connections there may be, those whose handshake is under way included.</param>
/// <param name="maxHandshakes">How many handshakes may be under way.</param>
/// <param name="addresses">The limits of each client address.</param>
/// <param name="metrics">Counts the refusals.</param>
/// <param name="refusals">Logs the refusals.</param>
public sealed class ConnectionLimits(int maxConnections, int maxHandshakes, AddressLimits addresses, BrokerMetrics metrics, RefusalLog refusals)
{
    private int _connections;
    private int _handshakes;

    /// <summary>How many places are taken.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How many handshakes are under way.</summary>
    public int Handshakes => Volatile.Read(ref _handshakes);

    /// <summary>
    /// Takes a place for a connection and one for its handshake; null when there is none. Dispose what is returned when the handshake is
    /// over, however it ended; once <see cref="ConnectionHandshake.Keep"/> was called, call <see cref="Leave"/> at the connection's end.
    /// </summary>
    internal ConnectionHandshake? TryBegin(HttpContext context, out HandshakeRefusal refusal)
    {
        var address = addresses.Find(context);
        refusal = addresses.TryBegin(address);
        if (refusal != HandshakeRefusal.None)
        {
            return null;
        }

        refusal = HandshakeRefusal.Connections;
        if (Interlocked.Increment(ref _connections) > maxConnections)
        {
            Leave(address.Key);
            Refused("connections", $"Clients are told to come back later, because NOTIFY_MAX_CONNECTIONS={maxConnections} is reached.", address);
            return null;
        }

        if (Interlocked.Increment(ref _handshakes) > maxHandshakes)
        {
            EndHandshake();
            Leave(address.Key);
            Refused("handshakes", $"Clients are told to come back later, because NOTIFY_MAX_HANDSHAKES={maxHandshakes} is reached.", address);
            return null;
        }

        refusal = HandshakeRefusal.None;
        return new ConnectionHandshake(this, address.Key);
    }

    /// <summary>Gives back the place of a connection that is over. Once for each that was kept.</summary>
    internal void Leave(AddressKey address)
    {
        Interlocked.Decrement(ref _connections);
        addresses.Leave(address);
    }

    internal void EndHandshake() => Interlocked.Decrement(ref _handshakes);

    private void Refused(string limit, string sentence, ClientAddress address)
    {
        metrics.Refused(limit);
        refusals.Add(sentence, address.Address);
    }
}
