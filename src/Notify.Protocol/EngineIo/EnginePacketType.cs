namespace Notify.Protocol.EngineIo;

/// <summary>
/// Specifies the type of an Engine.IO packet, the same in revisions 3 and 4. On the wire it is a digit (binary framing of revision 3: the
/// byte value).
/// </summary>
public enum EnginePacketType : byte
{
    /// <summary>The server's handshake.</summary>
    Open = 0,

    /// <summary>The end of the session.</summary>
    Close = 1,

    /// <summary>A heartbeat, or the probe of an upgrade.</summary>
    Ping = 2,

    /// <summary>The response to a heartbeat or to a probe.</summary>
    Pong = 3,

    /// <summary>A message of the application; the only type that may be binary.</summary>
    Message = 4,

    /// <summary>The client has moved to the new transport.</summary>
    Upgrade = 5,

    /// <summary>No content; completes a waiting poll.</summary>
    Noop = 6,
}
