using Notify.Server.Limits;

namespace Notify.Server.EngineIo;

/// <summary>How an Engine.IO server is mounted. The defaults are those of Socket.IO 4.</summary>
public sealed record EngineIoOptions
{
    /// <summary>The path prefix, with both slashes; matched by case, and what follows it does not matter.</summary>
    public string Path { get; init; } = "/socket.io/";

    /// <summary>How often the side whose turn it is asks for a sign of life.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long the answer may take.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an upgrade to WebSocket may take before the session stays on polling.</summary>
    public TimeSpan UpgradeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a session on polling may go without a request after its handshake. The reference waits for the heartbeat, 45 s by default,
    /// and so holds a place for whoever never meant to come back.
    /// </summary>
    public TimeSpan FirstPollTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a session that the server closed waits for the poll that is told so.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest POST body or WebSocket message a client may send, in bytes.</summary>
    public int MaxPayload { get; init; } = 1_000_000;

    /// <summary>The bound of a socket's queue, in bytes.</summary>
    public int MaxQueue { get; init; } = 1 << 20;

    /// <summary>How many packets a session may send; past it, it is read from later.</summary>
    public TokenRate MessageRate { get; init; }

    /// <summary>Which browser origins may connect.</summary>
    public OriginPolicy Origins { get; init; } = OriginPolicy.Any;
}
