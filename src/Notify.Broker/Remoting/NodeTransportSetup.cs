using Akka.Actor.Setup;
using Microsoft.Extensions.Logging;
using Notify.Broker.Clustering;
using Notify.Broker.Metrics;

namespace Notify.Broker.Remoting;

/// <summary>Passes the dependencies to <see cref="NodeTransport"/>, which Akka creates by name.</summary>
/// <param name="cluster">The settings of the cluster.</param>
/// <param name="metrics">Counts refused connections.</param>
/// <param name="logger">The log for refused connections.</param>
internal sealed class NodeTransportSetup(ClusterSettings cluster, BrokerMetrics metrics, ILogger logger) : Setup
{
    /// <summary>The settings with which Akka finds the transport.</summary>
    public const string Hocon = """
        akka.remote {
          enabled-transports = ["akka.remote.notify"]
          notify.transport-class = "Notify.Broker.Remoting.NodeTransport, Notify.Broker"
        }
        """;

    /// <summary>Gets the settings of the cluster.</summary>
    public ClusterSettings Cluster => cluster;

    /// <summary>Gets the counter of refused connections.</summary>
    public BrokerMetrics Metrics => metrics;

    /// <summary>Gets the log for refused connections.</summary>
    public ILogger Logger => logger;

    /// <summary>Gets the maximum number of unfinished incoming handshakes.</summary>
    public int MaxHandshakes { get; init; } = 64;

    /// <summary>Gets how long an incoming handshake may take.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how long this node tries to connect to another node.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
