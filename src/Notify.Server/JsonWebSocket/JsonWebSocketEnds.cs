using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Protocol.JsonWebSocket;
using Notify.Protocol.WebSockets;

namespace Notify.Server.JsonWebSocket;

/// <summary>Maps the ends of a JSON WebSocket to their close codes and to the reasons of the metric.</summary>
internal static class JsonWebSocketEnds
{
    /// <summary>Returns the close for an end by the broker.</summary>
    public static WebSocketClose CloseOf(EndReason reason) => reason switch
    {
        EndReason.Draining => JsonWebSocketCloses.Draining,
        EndReason.Restart => JsonWebSocketCloses.Restart,
        EndReason.Unavailable => JsonWebSocketCloses.Unavailable,
        EndReason.Slow => JsonWebSocketCloses.Slow,
        _ => JsonWebSocketCloses.GoingAway,
    };

    /// <summary>Returns the reason of a close, for the metric.</summary>
    public static string Of(WebSocketClose close) =>
        close == JsonWebSocketCloses.Silent ? ConnectionEnds.Silent
        : close == JsonWebSocketCloses.TokenExpired ? ConnectionEnds.TokenExpired
        : close == JsonWebSocketCloses.BadToken ? ConnectionEnds.TokenRevoked
        : close == JsonWebSocketCloses.Disconnected || close == JsonWebSocketCloses.GoingAway ? ConnectionEnds.Disconnected
        : close == JsonWebSocketCloses.Limit ? ConnectionEnds.Limit
        : ConnectionEnds.ProtocolError;
}
