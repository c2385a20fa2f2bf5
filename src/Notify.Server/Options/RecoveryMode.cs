namespace Notify.Server.Options;

/// <summary>Specifies the Socket.IO sessions that can be recovered after their connection broke.</summary>
public enum RecoveryMode
{
    /// <summary>Sessions whose clients request it. All others receive exactly the bytes of socket.io-notify.</summary>
    Ask,

    /// <summary>Sessions of all clients of Socket.IO 3 and later.</summary>
    On,

    /// <summary>No sessions.</summary>
    Off,
}
