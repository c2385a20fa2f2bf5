using Akka.Actor;
using Akka.Configuration;
using Akka.Routing;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// Props of the actors that there are many of. Those of one actor live as long as it does, so they keep nothing but what it is made of;
/// all else is kept here, once.
/// </summary>
/// <param name="dispatcher">The dispatcher that they run on; by default that of all actors.</param>
internal sealed class SharedProps<TActor>(string? dispatcher = null)
    where TActor : ActorBase
{
    private readonly Props _common = ActorProps.From<TActor>(static () => throw new NotSupportedException("These are what props have in common, and not props of an actor."));
    private readonly LocalDeploy _placement = new(dispatcher);

    /// <summary>Props of one actor.</summary>
    /// <param name="parts">What it is made of.</param>
    /// <param name="create">Makes it; best a static function, so that it is kept once.</param>
    public Props Of<TParts>(TParts parts, Func<TParts, TActor> create) => new PropsOf<TParts>(_common, _placement, parts, create);

    private sealed class PropsOf<TParts> : Props
    {
        private readonly Func<TParts, TActor> _create;
        private readonly TParts _parts;

        public PropsOf(Props common, Deploy deploy, TParts parts, Func<TParts, TActor> create)
            : base(common)
        {
            Deploy = deploy;
            _parts = parts;
            _create = create;
        }

        public override ActorBase NewActor() => _create(_parts);

        protected override Props Copy() => new PropsOf<TParts>(this, Deploy, _parts, _create);
    }

    /// <summary>
    /// Where and how they run: here, with a mailbox that costs little while it is idle. It falls back on nothing: to ask what it falls back
    /// on makes Akka parse an empty configuration for each actor.
    /// </summary>
    private sealed class LocalDeploy(string? dispatcher)
        : Deploy("", ConfigurationFactory.Empty, NoRouter.Instance, NoScopeGiven, dispatcher ?? NoDispatcherGiven, SmallMailbox.Id)
    {
        public override Deploy WithFallback(Deploy other) => this;
    }
}
