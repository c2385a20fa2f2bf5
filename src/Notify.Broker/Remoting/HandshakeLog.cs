using Microsoft.Extensions.Logging;

namespace Notify.Broker.Remoting;

/// <summary>
/// Logs refused connections on the cluster port, and node addresses with wrong responses, at most once a minute for each kind, because
/// every host that reaches the port can cause any number of them.
/// </summary>
internal sealed partial class HandshakeLog : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger;
    private readonly MinuteLog<string> _accept;
    private readonly Dictionary<HandshakeFault, MinuteLog<string>> _incoming;
    private readonly Dictionary<HandshakeFault, MinuteLog<string>> _outgoing;

    /// <summary>Creates the log.</summary>
    public HandshakeLog(ILogger logger, TimeProvider time, TimeSpan timeout, int maxHandshakes)
    {
        _logger = logger;
        _accept = Lines(LogNotTaken);
        _incoming = new Dictionary<HandshakeFault, MinuteLog<string>>
        {
            [HandshakeFault.Closed] = Lines(LogClosed),
            [HandshakeFault.NotTls] = Lines(LogNotTls),
            [HandshakeFault.Stranger] = Lines(LogStranger),
            [HandshakeFault.Slow] = Lines((count, place) => LogSlow(timeout.TotalSeconds, count, place)),
            [HandshakeFault.Crowded] = Lines((count, place) => LogCrowded(maxHandshakes, count, place)),
        };
        _outgoing = new Dictionary<HandshakeFault, MinuteLog<string>>
        {
            [HandshakeFault.Closed] = Lines(LogDialClosed),
            [HandshakeFault.NotTls] = Lines(LogDialNotTls),
            [HandshakeFault.Stranger] = Lines(LogDialStranger),
            [HandshakeFault.Slow] = Lines(LogDialSlow),
        };

        MinuteLog<string> Lines(Action<long, string> write) => new(time, Interval, write);
    }

    /// <summary>Counts a refused connection on the cluster port.</summary>
    public void Refused(HandshakeFault fault, string place) => _incoming[fault].Add(place);

    /// <summary>Counts an address of a node at which no node of this cluster responded.</summary>
    public void Failed(HandshakeFault fault, string place) => _outgoing[fault].Add(place);

    /// <summary>Counts a connection on the cluster port that the system could not accept.</summary>
    public void NotTaken(string reason) => _accept.Add(reason);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var lines in _incoming.Values.Concat(_outgoing.Values).Append(_accept))
        {
            lines.Dispose();
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "The other side closed connections to the cluster port before the TLS handshake was over: {Count}, the last one from {Peer}. "
            + "A port scanner or a health check does that; only the other nodes should reach this port. Logged at most once a minute.",
        EventName = "NodeHandshakeClosed")]
    private partial void LogClosed(long count, string peer);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Connections to the cluster port did not speak TLS and were refused: {Count}, the last one from {Peer}. "
            + "Only the other nodes should reach this port; close it to everybody else. Logged at most once a minute.",
        EventName = "NodeHandshakeNotTls")]
    private partial void LogNotTls(long count, string peer);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "Connections to the cluster port were refused because they did not show a certificate of this cluster, or did not accept "
            + "that of this node: {Count}, the last one from {Peer}. If a node runs there, give it the same NOTIFY_CLUSTER_SECRET, or a "
            + "certificate of the same NOTIFY_CLUSTER_TLS_CA; if not, close the port to it. Logged at most once a minute.",
        EventName = "NodeHandshakeStranger")]
    private partial void LogStranger(long count, string peer);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "Connections to the cluster port did not finish the TLS handshake within {Seconds} s and were closed: {Count}, the last one from "
            + "{Peer}. Only the other nodes should reach this port; close it to everybody else. Logged at most once a minute.",
        EventName = "NodeHandshakeSlow")]
    private partial void LogSlow(double seconds, long count, string peer);

    [LoggerMessage(
        5,
        LogLevel.Warning,
        "Connections to the cluster port were closed because {Max} others came after them before they finished the TLS handshake: "
            + "{Count}, the last one from {Peer}. Only the other nodes should reach this port; close it to everybody else. "
            + "Logged at most once a minute.",
        EventName = "NodeHandshakesCrowded")]
    private partial void LogCrowded(int max, long count, string peer);

    [LoggerMessage(
        6,
        LogLevel.Warning,
        "A node could not be reached because its address closed the connection in the TLS handshake: {Count} attempts, the last one at "
            + "{Node}. A node that stops, or a proxy without a node behind it, does that. Logged at most once a minute.",
        EventName = "NodeDialClosed")]
    private partial void LogDialClosed(long count, string node);

    [LoggerMessage(
        7,
        LogLevel.Warning,
        "A node could not be reached because something else than a node answered at its address: {Count} attempts, the last one at "
            + "{Node}. See what listens there. Logged at most once a minute.",
        EventName = "NodeDialNotTls")]
    private partial void LogDialNotTls(long count, string node);

    [LoggerMessage(
        8,
        LogLevel.Warning,
        "A node could not be reached because its address showed a certificate that is not of this cluster, or did not accept that of "
            + "this node: {Count} attempts, the last one at {Node}. If a node runs there, give it the same NOTIFY_CLUSTER_SECRET, or a "
            + "certificate of the same NOTIFY_CLUSTER_TLS_CA. Logged at most once a minute.",
        EventName = "NodeDialStranger")]
    private partial void LogDialStranger(long count, string node);

    [LoggerMessage(
        9,
        LogLevel.Warning,
        "A node could not be reached because its address did not answer in time: {Count} attempts, the last one at {Node}. "
            + "Logged at most once a minute.",
        EventName = "NodeDialSlow")]
    private partial void LogDialSlow(long count, string node);

    [LoggerMessage(
        10,
        LogLevel.Error,
        "Connections to the cluster port could not be taken: {Count}, the last one because: {Reason}. Logged at most once a minute.",
        EventName = "NodeConnectionNotTaken")]
    private partial void LogNotTaken(long count, string reason);
}
