using Akka.Actor;
using Akka.Configuration;
using Akka.Routing;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// Leaves the deployment of the actors at a path to their props. Akka merges the deployment of each new actor with the one that is
/// configured for its path. If there is none, it takes an empty deployment, and parses an empty configuration to merge the two.
/// </summary>
internal sealed class UnmergedDeploy : Deploy
{
    private UnmergedDeploy(string path)
        : base(path, ConfigurationFactory.Empty, NoRouter.Instance, NoScopeGiven, NoDispatcherGiven, NoMailboxGiven)
    {
    }

    /// <summary>Sets the deployment of the actors at a path below <c>/user</c>. An asterisk stands for one name.</summary>
    public static void Set(ActorSystem system, string path) =>
        ((ExtendedActorSystem)system).Provider.Deployer.SetDeploy(new UnmergedDeploy(path));

    /// <inheritdoc />
    public override Deploy WithFallback(Deploy other) => this;
}
