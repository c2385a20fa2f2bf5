using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// Provides the mailbox of actors with many, mostly idle instances: connections, writers, channels. Akka's own mailbox holds a segment of
/// 32 slots, a kilobyte, for every actor, even if it never received a message.
/// </summary>
/// <param name="settings">The settings of the actor system.</param>
/// <param name="config">The settings of the mailbox.</param>
internal sealed class SmallMailbox(Settings settings, Config config)
    : MailboxType(settings, config), IProducesMessageQueue<SmallMessageQueue>
{
    /// <summary>The name of the mailbox in props.</summary>
    public const string Id = "notify-small-mailbox";

    /// <summary>The configuration that an actor system needs for this mailbox.</summary>
    public static readonly Config Definition = ConfigurationFactory.ParseString(
        $"{Id}.mailbox-type = \"{typeof(SmallMailbox).FullName}, {typeof(SmallMailbox).Assembly.GetName().Name}\"");

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new SmallMessageQueue();
}
