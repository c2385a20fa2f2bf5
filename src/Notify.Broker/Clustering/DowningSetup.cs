using Akka.Actor.Setup;
using Microsoft.Extensions.Logging;

namespace Notify.Broker.Clustering;

/// <summary>Passes the dependencies to <see cref="DowningProvider"/>, which Akka creates by name.</summary>
/// <param name="rule">The rule for the parts of the cluster that may continue.</param>
/// <param name="logger">The log for decisions.</param>
internal sealed class DowningSetup(DowningRule rule, ILogger logger) : Setup
{
    /// <summary>The settings with which Akka finds the provider.</summary>
    public const string Hocon = """akka.cluster.downing-provider-class = "Notify.Broker.Clustering.DowningProvider, Notify.Broker" """;

    /// <summary>Gets the rule for the parts of the cluster that may continue.</summary>
    public DowningRule Rule => rule;

    /// <summary>Gets the log for decisions.</summary>
    public ILogger Logger => logger;
}
