namespace Notify.Protocol.EngineIo;

/// <summary>Specifies the Engine.IO revision of a session, from the <c>EIO</c> query key of its requests.</summary>
public enum EngineRevision
{
    /// <summary>Socket.IO clients 1.x and 2.x: the client pings.</summary>
    V3 = 3,

    /// <summary>Socket.IO clients 3.x and 4.x: the server pings.</summary>
    V4 = 4,
}
