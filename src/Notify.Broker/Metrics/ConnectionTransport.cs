namespace Notify.Broker.Metrics;

/// <summary>Specifies the transport of a connection.</summary>
public enum ConnectionTransport
{
    /// <summary>HTTP requests that wait for messages.</summary>
    Polling,

    /// <summary>A WebSocket.</summary>
    WebSocket,

    /// <summary>An HTTP response that does not end.</summary>
    Stream,
}
