namespace Notify.Protocol.SocketIo;

/// <summary>The revision of the Socket.IO protocol, which follows from that of Engine.IO.</summary>
public enum SocketRevision
{
    /// <summary>Over Engine.IO 3: the server connects the client to the default namespace unasked.</summary>
    V4 = 4,

    /// <summary>Over Engine.IO 4: the client asks to be connected.</summary>
    V5 = 5,
}
