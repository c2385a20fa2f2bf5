using Akka.Actor;
using Akka.Configuration;
using Akka.Routing;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// Describes the deployment of the actors at a path: as their props say. Akka merges the deployment of each new actor with the one that the
/// configuration has for its path. Without one it takes an empty deployment, and parses an empty configuration to merge the two.
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
