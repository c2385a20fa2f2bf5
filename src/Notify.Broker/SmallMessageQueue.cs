using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Notify.Broker;

/// <summary>An unbounded queue of messages that costs next to nothing while it is empty.</summary>
internal sealed class SmallMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    // An actor that was busy once keeps no more room than this.
    private const int KeptCapacity = 32;

    // Its own lock, because a lock object would be as large as the rest.
    private readonly Queue<Envelope> _queue = new();

    public bool HasMessages => Count > 0;

    public int Count
    {
        get
        {
            lock (_queue)
            {
                return _queue.Count;
            }
        }
    }

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        lock (_queue)
        {
            _queue.Enqueue(envelope);
        }
    }

    public bool TryDequeue(out Envelope envelope)
    {
        lock (_queue)
        {
            if (!_queue.TryDequeue(out envelope))
            {
                return false;
            }

            if (_queue.Count == 0 && _queue.Capacity > KeptCapacity)
            {
                _queue.TrimExcess();
            }

            return true;
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
