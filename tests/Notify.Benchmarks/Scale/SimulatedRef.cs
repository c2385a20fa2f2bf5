using Akka.Actor;

namespace Notify.Benchmarks.Scale;

/// <summary>Gives the messages that the broker's classes tell an actor to the simulation.</summary>
/// <param name="path">The path. Its address shows on which node the actor is.</param>
/// <param name="told">Called with each message.</param>
#pragma warning disable MA0097 // Nothing orders actor references, as everywhere in Akka.
internal sealed class SimulatedRef(ActorPath path, Action<object> told) : MinimalActorRef
#pragma warning restore MA0097
{
    /// <inheritdoc />
    public override ActorPath Path => path;

    /// <inheritdoc />
    public override IActorRefProvider Provider => throw new NotSupportedException("There is no actor system.");

    /// <inheritdoc />
    protected override void TellInternal(object message, IActorRef sender) => told(message);
}
