using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using Notify.Broker.AkkaInternals;

namespace Notify.Broker.Tests.Connections;

/// <summary>Provides the mailbox of frequent actors, and counts the messages to all of them.</summary>
internal sealed class CountingMailbox(Settings settings, Config config)
    : MailboxType(settings, config), IProducesMessageQueue<CountingMailbox.Queue>
{
    /// <summary>Gets the number of messages by the name of their type. Only the thread of the actors may use it.</summary>
    public static Dictionary<string, int> Messages { get; } = [];

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new Queue();

    internal sealed class Queue : IMessageQueue, IUnboundedMessageQueueSemantics
    {
        private readonly SmallMessageQueue _inner = new();

        public bool HasMessages => _inner.HasMessages;

        public int Count => _inner.Count;

        public void Enqueue(IActorRef receiver, Envelope envelope)
        {
            var name = envelope.Message.GetType().Name;
            Messages[name] = Messages.GetValueOrDefault(name) + 1;
            _inner.Enqueue(receiver, envelope);
        }

        public bool TryDequeue(out Envelope envelope) => _inner.TryDequeue(out envelope);

        public void CleanUp(IActorRef owner, IMessageQueue deadletters) => _inner.CleanUp(owner, deadletters);
    }
}
