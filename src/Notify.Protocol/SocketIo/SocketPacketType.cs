namespace Notify.Protocol.SocketIo;

/// <summary>Specifies the type of a Socket.IO packet; on the wire a digit.</summary>
public enum SocketPacketType : byte
{
    /// <summary>Connects a namespace, or confirms the connection.</summary>
    Connect = 0,

    /// <summary>Disconnects a namespace.</summary>
    Disconnect = 1,

    /// <summary>A named event with arguments.</summary>
    Event = 2,

    /// <summary>The response to an event with an id.</summary>
    Ack = 3,

    /// <summary>Refuses a namespace; only servers send it. Called ERROR before revision 5.</summary>
    ConnectError = 4,

    /// <summary>An event with binary arguments, which follow as attachments.</summary>
    BinaryEvent = 5,

    /// <summary>An ack with binary arguments, which follow as attachments.</summary>
    BinaryAck = 6,
}
