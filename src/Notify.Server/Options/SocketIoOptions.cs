namespace Notify.Server.Options;

/// <summary>Configures the sessions of Socket.IO clients.</summary>
public sealed record SocketIoOptions
{
    /// <summary>
    /// Gets <c>NOTIFY_SOCKETIO_RECOVERY</c>: the stock clients of 4.6 and later whose sessions can be recovered after their connection
    /// broke.
    /// </summary>
    public RecoveryMode Recovery { get; init; }

    /// <summary>Gets <c>NOTIFY_RETAIN</c>: how long a session is retained without a connection, up to a day.</summary>
    public TimeSpan Retain { get; init; } = TimeSpan.FromMinutes(2);
}
