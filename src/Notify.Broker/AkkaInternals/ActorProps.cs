using Akka.Actor;
using Akka.Configuration;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// Creates props from a plain function. <c>Props.Create(() => new …)</c> takes an expression and compiles each of its arguments, which
/// costs half a millisecond for every actor. A connection and its writer should cost microseconds.
/// </summary>
internal static class ActorProps
{
    /// <summary>The configuration that an actor system needs for these props.</summary>
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
