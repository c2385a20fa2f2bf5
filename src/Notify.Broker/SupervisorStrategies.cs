using Akka.Actor;
using Notify.Broker.Metrics;

namespace Notify.Broker;

/// <summary>Defines how a parent handles the failure of a child.</summary>
internal static class SupervisorStrategies
{
    /// <summary>
    /// Stops a failed child, because no actor here can continue without its state. The failure is logged with its stack trace.
    /// </summary>
    public static readonly SupervisorStrategy StopOnFailure = new OneForOneStrategy(_ => Directive.Stop);

    /// <summary>Stops a failed child as <see cref="StopOnFailure"/> does, counts it, and logs it by its kind.</summary>
    /// <param name="metrics">Counts the failures.</param>
    /// <param name="kind">The kind of the children.</param>
    public static SupervisorStrategy CountAndStop(ActorMetrics metrics, string kind) => new OneForOneStrategy(
        maxNrOfRetries: -1,
        withinTimeMilliseconds: -1,
        localOnlyDecider: cause =>
        {
            metrics.Failed(kind, cause);
            return Directive.Stop;
        },
        loggingEnabled: false);
}
