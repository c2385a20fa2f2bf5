using Akka.Actor;

namespace Notify.Broker;

/// <summary>Defines how a parent handles the failure of a child.</summary>
internal static class SupervisorStrategies
{
    /// <summary>
    /// Stops a failed child, because no actor here can continue without its state. The failure is logged with its stack trace.
    /// </summary>
    public static readonly SupervisorStrategy StopOnFailure = new OneForOneStrategy(_ => Directive.Stop);
}
