namespace Notify.Broker.Metrics;

/// <summary>Counts the deliveries of one relay by protocol. Only the relay writes; any thread reads.</summary>
public sealed class DeliveryCounter
{
    private readonly long[] _deliveries = new long[MetricNames.AllProtocols.Count];
    private readonly long[] _bytes = new long[MetricNames.AllProtocols.Count];

    /// <summary>Counts a delivery.</summary>
    /// <param name="protocol">The protocol of the client.</param>
    /// <param name="bytes">The size of the message, in bytes.</param>
    public void Add(ConnectionProtocol protocol, int bytes)
    {
        _deliveries[(int)protocol]++;
        _bytes[(int)protocol] += bytes;
    }

    /// <summary>Returns the number of deliveries.</summary>
    public long Deliveries(ConnectionProtocol protocol) => Volatile.Read(ref _deliveries[(int)protocol]);

    /// <summary>Returns the size of what was delivered, in bytes.</summary>
    public long Bytes(ConnectionProtocol protocol) => Volatile.Read(ref _bytes[(int)protocol]);
}
