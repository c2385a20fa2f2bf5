using Akka.Actor.Setup;
using Microsoft.Extensions.Logging;
using Notify.Broker.Clustering;

namespace Notify.Broker.Remoting;

/// <summary>Hands <see cref="NodeTransport"/> what it needs; Akka creates it by name.</summary>
/// <param name="cluster">Where this node is, and who belongs to it.</param>
/// <param name="metrics">Counts what is refused.</param>
/// <param name="logger">Says what is refused.</param>
internal sealed class NodeTransportSetup(ClusterSettings cluster, BrokerMetrics metrics, ILogger logger) : Setup
{
    /// <summary>The settings by which Akka finds the transport.</summary>
    public const string Hocon = """
        akka.remote {
          enabled-transports = ["akka.remote.notify"]
          notify.transport-class = "Notify.Broker.Remoting.NodeTransport, Notify.Broker"
        }
        """;

    /// <summary>Gets where this node is, and who belongs to it.</summary>
    public ClusterSettings Cluster => cluster;

    /// <summary>Gets what counts what is refused.</summary>
    public BrokerMetrics Metrics => metrics;

    /// <summary>Gets what says what is refused.</summary>
    public ILogger Logger => logger;

    /// <summary>Gets how many handshakes that others began may be unfinished at once.</summary>
    public int MaxHandshakes { get; init; } = 64;

    /// <summary>Gets how long such a handshake may take.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how long this node tries to open a connection to another.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
