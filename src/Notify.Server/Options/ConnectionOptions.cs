namespace Notify.Server.Options;

/// <summary>The limits of connections: what one may have and say, and how many there may be.</summary>
public sealed record ConnectionOptions
{
    /// <summary><c>NOTIFY_MAX_QUEUE</c>: how many bytes may wait for a socket, 1 kB to 1 GB; past it the client is closed as too slow.</summary>
    public int MaxQueue { get; init; } = 1024 * 1024;

    /// <summary><c>NOTIFY_MAX_CONNECTIONS</c>: how many connections this node serves; more are told to come back later.</summary>
    public int MaxConnections { get; init; } = 100_000;

    /// <summary><c>NOTIFY_MAX_HANDSHAKES</c>: how many connections may be in the middle of being opened; more are told to come back later.</summary>
    public int MaxHandshakes { get; init; } = 10_000;

    /// <summary><c>NOTIFY_MAX_JOINS</c>: how many channels one connection may have joined; more are answered with <c>limit</c>.</summary>
    public int MaxJoins { get; init; } = 10_000;

    /// <summary><c>NOTIFY_JOIN_RATE</c>: how many channels one connection may join or leave each second; past it, and ten seconds' worth at once, it is read from later.</summary>
    public int JoinRate { get; init; } = 1000;

    /// <summary><c>NOTIFY_MESSAGE_RATE</c>: how many messages of one connection are read each second; past it, and ten seconds' worth at once, it is read from later.</summary>
    public int MessageRate { get; init; } = 1000;
}
