namespace Notify.Protocol.EngineIo;

/// <summary>The types of Engine.IO packets, the same in revisions 3 and 4; on the wire a digit (binary framing of revision 3: the byte value).</summary>
public enum EnginePacketType : byte
{
    /// <summary>The server's handshake.</summary>
    Open = 0,

    /// <summary>The end of the session.</summary>
    Close = 1,

    /// <summary>The heartbeat question, or the probe of an upgrade.</summary>
    Ping = 2,

    /// <summary>The heartbeat answer, or the answer to a probe.</summary>
    Pong = 3,

    /// <summary>What the application says; the only type that may be binary.</summary>
    Message = 4,

    /// <summary>The client has moved to the new transport.</summary>
    Upgrade = 5,

    /// <summary>Says nothing; ends a waiting poll.</summary>
    Noop = 6,
}
