using System.Diagnostics.Metrics;

namespace Notify.Broker.Metrics;

/// <summary>Counts the open connections and their send queues at one moment.</summary>
public sealed class ConnectionCounts
{
    private static readonly (ConnectionProtocol Protocol, ConnectionTransport Transport)[] Kinds =
    [
        (ConnectionProtocol.SocketIo3, ConnectionTransport.Polling),
        (ConnectionProtocol.SocketIo3, ConnectionTransport.WebSocket),
        (ConnectionProtocol.SocketIo4, ConnectionTransport.Polling),
        (ConnectionProtocol.SocketIo4, ConnectionTransport.WebSocket),
        (ConnectionProtocol.Json, ConnectionTransport.WebSocket),
        (ConnectionProtocol.Events, ConnectionTransport.Stream),
    ];

    private readonly long[] _counts = new long[Kinds.Length];

    /// <summary>Gets the size of all send queues together, in bytes.</summary>
    public long QueueSize { get; private set; }

    /// <summary>Gets the size of the largest send queue, in bytes.</summary>
    public long LargestQueue { get; private set; }

    /// <summary>Gets the number of connections.</summary>
    public long Total => _counts.Sum();

    /// <summary>Returns the number of connections of a protocol.</summary>
    public long Of(ConnectionProtocol protocol) => Kinds.Select((kind, index) => kind.Protocol == protocol ? _counts[index] : 0).Sum();

    /// <summary>Gets the number of connections of each protocol and transport, also those that are 0.</summary>
    internal IEnumerable<Measurement<long>> Measurements => Kinds.Select((kind, index) => new Measurement<long>(
        _counts[index],
        Instruments.Tag("protocol", MetricNames.Of(kind.Protocol)),
        Instruments.Tag("transport", MetricNames.Of(kind.Transport))));

    /// <summary>Adds a connection.</summary>
    /// <param name="protocol">Its protocol.</param>
    /// <param name="transport">Its transport now.</param>
    /// <param name="queued">The size of its send queue, in bytes.</param>
    public void Add(ConnectionProtocol protocol, ConnectionTransport transport, long queued)
    {
        _counts[Array.IndexOf(Kinds, (protocol, transport))]++;
        QueueSize += queued;
        LargestQueue = Math.Max(LargestQueue, queued);
    }
}
