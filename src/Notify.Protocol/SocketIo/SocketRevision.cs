namespace Notify.Protocol.SocketIo;

/// <summary>Specifies the revision of the Socket.IO protocol, which follows from that of Engine.IO.</summary>
public enum SocketRevision
{
    /// <summary>Over Engine.IO 3: the server connects the client to the default namespace automatically.</summary>
    V4 = 4,

    /// <summary>Over Engine.IO 4: the client requests the connection.</summary>
    V5 = 5,
}
