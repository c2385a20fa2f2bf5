namespace Notify.Server.Options;

/// <summary>The sessions of Socket.IO clients.</summary>
public sealed record SocketIoOptions
{
    /// <summary><c>NOTIFY_SOCKETIO_RECOVERY</c>: which stock clients of 4.6 and later can go on with their session after their connection broke.</summary>
    public RecoveryMode Recovery { get; init; }

    /// <summary><c>NOTIFY_RETAIN</c>: how long a session is kept without a connection, up to a day.</summary>
    public TimeSpan Retain { get; init; } = TimeSpan.FromMinutes(2);
}
