using Akka.Actor;

namespace Notify.Broker;

/// <summary>What a parent does with a child that fails.</summary>
internal static class SupervisorStrategies
{
    /// <summary>Stop it: nothing here may go on without the state that it had. The failure is logged with its stack.</summary>
    public static readonly SupervisorStrategy StopOnFailure = new OneForOneStrategy(_ => Directive.Stop);
}
