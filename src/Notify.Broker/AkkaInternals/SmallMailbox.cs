using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// The mailbox of the actors that there are many of and that are mostly idle: connections, writers, channels. Akka's own keeps a segment
/// of 32 places for every actor, a kilobyte each, whether anything was ever told to it or not.
/// </summary>
/// <param name="settings">The system's settings.</param>
/// <param name="config">This mailbox's.</param>
internal sealed class SmallMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<SmallMessageQueue>
{
    /// <summary>The name by which props ask for it.</summary>
    public const string Id = "notify-small-mailbox";

    /// <summary>What a system must be told so that props may ask for it.</summary>
    public static readonly Config Definition = ConfigurationFactory.ParseString(
        $"{Id}.mailbox-type = \"{typeof(SmallMailbox).FullName}, {typeof(SmallMailbox).Assembly.GetName().Name}\"");

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new SmallMessageQueue();
}
