using System.Diagnostics.Metrics;

namespace Notify.Broker.Metrics;

/// <summary>
/// Provides a node's metrics as instruments of the meter <see cref="MeterName"/>, by subject. The values of all tags are known in advance:
/// no channel, user, address, connection or secret is a tag. README.md lists the instruments.
/// </summary>
public sealed class BrokerMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Notify";

    private readonly Meter _meter;

    /// <summary>Creates the instruments.</summary>
    /// <param name="time">The clock; null for the usual one.</param>
    public BrokerMetrics(TimeProvider? time = null)
    {
        // The scope distinguishes the meters of several nodes in one process.
        _meter = new Meter(MeterName, version: null, tags: null, scope: this);
        Node = new NodeMetrics(_meter);
        Connections = new ConnectionMetrics(_meter);
        Joins = new JoinMetrics(_meter);
        Publishes = new PublishMetrics(_meter);
        Deliveries = new DeliveryMetrics(_meter);
        Relays = new RelayMetrics(_meter);
        Recoveries = new RecoveryMetrics(_meter);
        Store = new StoreMetrics(_meter);
        Inboxes = new InboxMetrics(_meter);
        Limits = new LimitMetrics(_meter, time ?? TimeProvider.System);
        Access = new AccessMetrics(_meter);
        Backends = new BackendMetrics(_meter);
        Cluster = new ClusterMetrics(_meter);
        Actors = new ActorMetrics(_meter);
    }

    /// <summary>Gets the metrics of the process: its build, its state, its certificates.</summary>
    public NodeMetrics Node { get; }

    /// <summary>Gets the metrics of connections and handshakes.</summary>
    public ConnectionMetrics Connections { get; }

    /// <summary>Gets the metrics of channels, subscriptions and joins.</summary>
    public JoinMetrics Joins { get; }

    /// <summary>Gets the metrics of publishes.</summary>
    public PublishMetrics Publishes { get; }

    /// <summary>Gets the metrics of deliveries and writes to clients.</summary>
    public DeliveryMetrics Deliveries { get; }

    /// <summary>Gets the metrics of relays.</summary>
    public RelayMetrics Relays { get; }

    /// <summary>Gets the metrics of session recovery.</summary>
    public RecoveryMetrics Recoveries { get; }

    /// <summary>Gets the metrics of the history and its store.</summary>
    public StoreMetrics Store { get; }

    /// <summary>Gets the metrics of inboxes.</summary>
    public InboxMetrics Inboxes { get; }

    /// <summary>Gets the metrics of limits that were reached.</summary>
    public LimitMetrics Limits { get; }

    /// <summary>Gets the metrics of tokens, rules and revocations.</summary>
    public AccessMetrics Access { get; }

    /// <summary>Gets the metrics of backends: the one that is asked about joins, and the requests that are refused.</summary>
    public BackendMetrics Backends { get; }

    /// <summary>Gets the metrics of the cluster.</summary>
    public ClusterMetrics Cluster { get; }

    /// <summary>Gets the metrics of actors.</summary>
    public ActorMetrics Actors { get; }

    /// <summary>
    /// Begins the series that alerts read with 0, for whoever collects the metrics by now. A counter has no series before it counts.
    /// </summary>
    public void BeginSeries()
    {
        Connections.BeginSeries();
        Recoveries.BeginSeries();
        Store.BeginSeries();
        Inboxes.BeginSeries();
        Limits.BeginSeries();
        Access.BeginSeries();
        Actors.BeginSeries();
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}
