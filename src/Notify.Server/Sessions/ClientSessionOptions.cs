using Notify.Server.Limits;

namespace Notify.Server.Sessions;

/// <summary>Configures the limits and timeouts of JSON WebSockets and event streams.</summary>
internal sealed record ClientSessionOptions
{
    /// <summary>Gets the interval of the server's keep-alives on every connection: a WebSocket ping or a comment.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Gets how long a WebSocket client may send nothing, not even pongs.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>Gets how long a WebSocket client may take for one message, from its first frame to its last.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets how long a client may take to read the end of its connection before it is cut off.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets the time over which the clients of a server that shuts down reconnect.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the limit of a connection's send queue, in bytes.</summary>
    public int MaxQueue { get; init; } = 1 << 20;

    /// <summary>Gets the maximum number of channels that a connection may have joined.</summary>
    public int MaxJoins { get; init; } = 10_000;

    /// <summary>Gets the rate of joins and leaves. Above it the client is throttled.</summary>
    public TokenRate JoinRate { get; init; }

    /// <summary>Gets the rate of messages. Above it the client is throttled.</summary>
    public TokenRate MessageRate { get; init; }

    /// <summary>Gets the policy for browser origins.</summary>
    public OriginPolicy Origins { get; init; } = OriginPolicy.Any;
}
