namespace Notify.Broker.Metrics;

/// <summary>Specifies the protocol of a connection.</summary>
public enum ConnectionProtocol
{
    /// <summary>Socket.IO on Engine.IO 3, of clients 1.x and 2.x.</summary>
    SocketIo3,

    /// <summary>Socket.IO on Engine.IO 4, of clients from 3.x on.</summary>
    SocketIo4,

    /// <summary>A JSON WebSocket.</summary>
    Json,

    /// <summary>An event stream.</summary>
    Events,
}
