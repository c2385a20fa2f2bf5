using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Notify.Broker.AkkaInternals;

/// <summary>Implements an unbounded message queue that costs next to nothing while it is empty.</summary>
internal sealed class SmallMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    // The object itself is the lock, because no other code knows it and a lock object would be as large as the rest.
    private SmallQueue<Envelope> _queue;

    public bool HasMessages => Count > 0;

    public int Count
    {
        get
        {
            lock (this)
            {
                return _queue.Count;
            }
        }
    }

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        lock (this)
        {
            _queue.Enqueue(envelope);
        }
    }

    public bool TryDequeue(out Envelope envelope)
    {
        lock (this)
        {
            return _queue.TryDequeue(out envelope);
        }
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope))
        {
            deadletters.Enqueue(owner, envelope);
        }
    }
}
