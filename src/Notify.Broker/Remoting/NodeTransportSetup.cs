using Akka.Actor.Setup;
using Microsoft.Extensions.Logging;
using Notify.Broker.Clustering;
using Notify.Broker.Metrics;

namespace Notify.Broker.Remoting;

/// <summary>Passes the dependencies to <see cref="NodeTransport"/>, which Akka creates by name.</summary>
/// <param name="self">The address of this node.</param>
/// <param name="identity">The identity of this node.</param>
/// <param name="maxFrame">The maximum size of a message, in bytes.</param>
/// <param name="metrics">Counts refused connections.</param>
/// <param name="logger">The log for refused connections.</param>
internal sealed class NodeTransportSetup(
    NodeAddress self, NodeIdentity identity, int maxFrame, BrokerMetrics metrics, ILogger logger) : Setup
{
    /// <summary>The settings with which Akka finds the transport.</summary>
    public const string Hocon = """
        akka.remote {
          enabled-transports = ["akka.remote.notify"]
          notify.transport-class = "Notify.Broker.Remoting.NodeTransport, Notify.Broker"
        }
        """;

    /// <summary>Gets the address of this node.</summary>
    public NodeAddress Self => self;

    /// <summary>Gets the identity of this node.</summary>
    public NodeIdentity Identity => identity;

    /// <summary>Gets the maximum size of a message, in bytes.</summary>
    public int MaxFrame => maxFrame;

    /// <summary>Gets the counter of refused connections.</summary>
    public BrokerMetrics Metrics => metrics;

    /// <summary>Gets the log for refused connections.</summary>
    public ILogger Logger => logger;

    /// <summary>Gets the maximum number of unfinished incoming handshakes.</summary>
    public int MaxHandshakes { get; init; } = 64;

    /// <summary>Gets how long an incoming handshake may take.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how long this node waits for unfinished incoming handshakes when it stops.</summary>
    public TimeSpan FinishTimeout { get; init; } = NodeLink.CloseTimeout;

    /// <summary>Gets how long this node tries to connect to another node.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
