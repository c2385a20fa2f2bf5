using Akka.Actor;
using Akka.Configuration;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// Props from a plain function. <c>Props.Create(() => new …)</c> takes an expression and compiles each of its arguments: half a
/// millisecond for every actor, where a connection and its writer should cost microseconds.
/// </summary>
internal static class ActorProps
{
    /// <summary>What a system must be told before these props can be used in it.</summary>
    public static readonly Config Definition = SmallMailbox.Definition.WithFallback(WriterExecutor.Definition);

    public static Props From<TActor>(Func<TActor> create)
        where TActor : ActorBase => Props.CreateBy(new Producer<TActor>(create));

    private sealed class Producer<TActor>(Func<TActor> create) : IIndirectActorProducer
        where TActor : ActorBase
    {
        public Type ActorType => typeof(TActor);

        public ActorBase Produce() => create();

        public void Release(ActorBase actor)
        {
        }
    }
}
