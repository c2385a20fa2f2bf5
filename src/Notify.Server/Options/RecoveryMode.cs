namespace Notify.Server.Options;

/// <summary>Says which Socket.IO sessions can be recovered after their connection broke.</summary>
public enum RecoveryMode
{
    /// <summary>Those whose client asks for it; all others see what socket.io-notify would send, byte for byte.</summary>
    Ask,

    /// <summary>Those of all clients of Socket.IO 3 and later.</summary>
    On,

    /// <summary>None.</summary>
    Off,
}
