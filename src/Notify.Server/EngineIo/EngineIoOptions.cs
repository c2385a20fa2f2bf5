namespace Notify.Server.EngineIo;

/// <summary>Configures an Engine.IO server. The defaults are those of Socket.IO 4.</summary>
public sealed record EngineIoOptions
{
    /// <summary>Gets the path prefix, with both slashes. It is case-sensitive, and the rest of the path is ignored.</summary>
    public string Path { get; init; } = "/socket.io/";

    /// <summary>Gets the heartbeat interval.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Gets how long the response to a heartbeat may take.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets how long an upgrade to WebSocket may take before the session stays on polling.</summary>
    public TimeSpan UpgradeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets how long a polling session may wait for its first request after the handshake. The reference implementation waits for the
    /// heartbeat, 45 s by default, and so reserves a connection for clients that never return.
    /// </summary>
    public TimeSpan FirstPollTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how long a session that the server closed waits for the poll that delivers the close.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the maximum size of a POST body or WebSocket message, in bytes.</summary>
    public int MaxPayload { get; init; } = 1_000_000;
}
