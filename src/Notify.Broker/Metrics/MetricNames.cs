namespace Notify.Broker.Metrics;

/// <summary>Names protocols and transports as the tags of metrics do.</summary>
public static class MetricNames
{
    private static readonly string[] Protocols = ["socketio3", "socketio4", "plain", "events"];
    private static readonly string[] Transports = ["polling", "websocket", "stream"];

    /// <summary>Gets all protocols.</summary>
    public static IReadOnlyList<ConnectionProtocol> AllProtocols { get; } = Enum.GetValues<ConnectionProtocol>();

    /// <summary>Returns the name of a protocol.</summary>
    public static string Of(ConnectionProtocol protocol) => Protocols[(int)protocol];

    /// <summary>Returns the name of a transport.</summary>
    public static string Of(ConnectionTransport transport) => Transports[(int)transport];
}
