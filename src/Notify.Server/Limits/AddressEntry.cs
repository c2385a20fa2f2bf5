namespace Notify.Server.Limits;

/// <summary>What is remembered of one address: what it holds, and what it did lately.</summary>
internal struct AddressEntry
{
    /// <summary>Its TCP connections, as their peer.</summary>
    public int Sockets;

    /// <summary>Its sessions and event streams.</summary>
    public int Connections;

    /// <summary>The connections that it may still begin.</summary>
    public TokenBucket Handshakes;

    /// <summary>The wrong secrets that it may still show.</summary>
    public TokenBucket Secrets;

    /// <summary>Whether there is nothing to remember.</summary>
    public readonly bool IsIdle(long now) => Sockets == 0 && Connections == 0 && Handshakes.IsFull(now) && Secrets.IsFull(now);
}
