namespace Notify.Protocol.SocketIo;

/// <summary>The types of Socket.IO packets; on the wire a digit.</summary>
public enum SocketPacketType : byte
{
    /// <summary>Enters a namespace, or says that it was entered.</summary>
    Connect = 0,

    /// <summary>Leaves a namespace.</summary>
    Disconnect = 1,

    /// <summary>A named event with arguments.</summary>
    Event = 2,

    /// <summary>The answer to an event that carried an id.</summary>
    Ack = 3,

    /// <summary>A namespace refused; only servers send it. Called ERROR before revision 5.</summary>
    ConnectError = 4,

    /// <summary>An event some of whose arguments follow as bytes.</summary>
    BinaryEvent = 5,

    /// <summary>An answer some of whose arguments follow as bytes.</summary>
    BinaryAck = 6,
}
