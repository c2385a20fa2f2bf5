using Akka.Actor.Setup;
using Microsoft.Extensions.Logging;

namespace Notify.Broker.Clustering;

/// <summary>Hands <see cref="DowningProvider"/> what it needs; Akka creates it by name.</summary>
/// <param name="rule">Which parts of the cluster may go on.</param>
/// <param name="logger">Says what was decided.</param>
internal sealed class DowningSetup(DowningRule rule, ILogger logger) : Setup
{
    /// <summary>The settings by which Akka finds the provider.</summary>
    public const string Hocon = """akka.cluster.downing-provider-class = "Notify.Broker.Clustering.DowningProvider, Notify.Broker" """;

    /// <summary>Gets which parts of the cluster may go on.</summary>
    public DowningRule Rule => rule;

    /// <summary>Gets what says what was decided.</summary>
    public ILogger Logger => logger;
}
