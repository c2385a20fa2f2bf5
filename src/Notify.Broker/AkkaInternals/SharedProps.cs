using Akka.Actor;
using Akka.Configuration;
using Akka.Routing;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// Creates the props of actors with many instances. The props of one actor live as long as the actor, so they contain only its own parts;
/// all common parts are stored here once.
/// </summary>
/// <param name="dispatcher">The dispatcher of the actors; null for the default.</param>
internal sealed class SharedProps<TActor>(string? dispatcher = null)
    where TActor : ActorBase
{
    private readonly Props _common = ActorProps.From<TActor>(
        static () => throw new NotSupportedException("These props only hold common parts and cannot create an actor."));
    private readonly LocalDeploy _placement = new(dispatcher);

    /// <summary>Creates the props of one actor.</summary>
    /// <param name="parts">The parts of the actor.</param>
    /// <param name="create">Creates the actor. It should be a static function, so that it is stored once.</param>
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
    /// Describes the deployment: local, with a mailbox that costs little while it is idle. It has no fallback, because Akka would parse an
    /// empty configuration for each actor to combine the two.
    /// </summary>
    private sealed class LocalDeploy(string? dispatcher)
        : Deploy("", ConfigurationFactory.Empty, NoRouter.Instance, NoScopeGiven, dispatcher ?? NoDispatcherGiven, SmallMailbox.Id)
    {
        public override Deploy WithFallback(Deploy other) => this;
    }
}
