using Notify.Server.Limits;

namespace Notify.Server.Sessions;

/// <summary>The limits and times of plain WebSockets and event streams.</summary>
internal sealed record ClientSessionOptions
{
    /// <summary>How often the server says on every connection that it lives: a WebSocket ping, a comment.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long a WebSocket client may say nothing, pongs included.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>How long a WebSocket client may take over one message, from its first frame to its last.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a client may take to read what ends its connection before it is cut.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The time over which clients of a server that leaves come back.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The bound of a connection's queue, in bytes.</summary>
    public int MaxQueue { get; init; } = 1 << 20;

    /// <summary>How many channels a connection may have joined.</summary>
    public int MaxJoins { get; init; } = 10_000;

    /// <summary>How many channels a client may join or leave; past it, it is read from later.</summary>
    public TokenRate JoinRate { get; init; }

    /// <summary>How many messages a client may send; past it, it is read from later.</summary>
    public TokenRate MessageRate { get; init; }

    /// <summary>Which browser origins may connect.</summary>
    public OriginPolicy Origins { get; init; } = OriginPolicy.Any;
}
