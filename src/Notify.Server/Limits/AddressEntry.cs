namespace Notify.Server.Limits;

/// <summary>Holds the connections and the recent activity of one address.</summary>
internal struct AddressEntry
{
    /// <summary>The number of its TCP connections as the peer.</summary>
    public int Sockets;

    /// <summary>The number of its sessions and event streams.</summary>
    public int Connections;

    /// <summary>The bucket for new connections.</summary>
    public TokenBucket Handshakes;

    /// <summary>The bucket for wrong secrets.</summary>
    public TokenBucket Secrets;

    /// <summary>The bucket for refused tokens.</summary>
    public TokenBucket Tokens;

    /// <summary>Returns whether the entry can be removed.</summary>
    public readonly bool IsIdle(long now) =>
        Sockets == 0 && Connections == 0 && Handshakes.IsFull(now) && Secrets.IsFull(now) && Tokens.IsFull(now);
}
