using Akka.Actor;
using Akka.Event;
using Notify.Broker.Metrics;
using Notify.Broker.Tracing;
using Notify.Protocol;

namespace Notify.Broker.Connections;

/// <summary>
/// Writes the queued messages of one socket, as its only writer. It dequeues everything in the <see cref="SendQueue"/> as one batch, passes
/// it to the transport, and continues when the transport can accept more. It is a child of the socket's connection.
/// </summary>
internal sealed class WriterActor : UntypedActor
{
    /// <summary>The maximum size of one write in bytes, unless a single message is larger.</summary>
    private const int MaxBatchBytes = 64 * 1024;

    // After this number of batches in a row the thread serves the next actor, so that a busy socket does not delay others.
    private const int MaxBatches = 8;

    // A batch is only read during the call that writes it, so the list belongs to the thread and not to each of ten thousand writers.
    [ThreadStatic]
    private static List<WireMessage>? _batch;

    private readonly SendQueue _sendQueue;
    private readonly DeliveryMetrics _metrics;
    private ITransport? _transport;
    private int _writing;

    // What observes the messages of a write that takes time; null for nearly all writes.
    private List<IWriteObserver>? _observers;

    public WriterActor(SendQueue sendQueue, DeliveryMetrics metrics)
    {
        _sendQueue = sendQueue;
        _metrics = metrics;
    }

    private bool IsWriting => _writing > 0;

    protected override void PreStart() => _sendQueue.Attach(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Flush:
                Write();
                break;
            case UseTransport use:
                _transport = use.Transport;
                Write();
                break;
            case Written:
                Observe(static observer => observer.Written());
                Finish();
                Write();
                break;
            case Failed failed:
                Observe(static observer => observer.Dropped());
                Finish();
                _transport = null;
                Context.Parent.Tell(failed);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // The parent receives a message instead of watching this actor, because a watch costs two tables for each socket.
    protected override void PostStop()
    {
        _transport?.Abort();
        Context.Parent.Tell(Stopped.Instance);
    }

    private void Write()
    {
        for (var batches = 0; !IsWriting; batches++)
        {
            if (_sendQueue.IsAborted)
            {
                _transport?.Abort();
                Done();
                return;
            }

            if (_transport is null)
            {
                return;
            }

            if (_sendQueue.IsCompleted)
            {
                _transport.Complete();
                Done();
                return;
            }

            if (batches == MaxBatches)
            {
                Self.Tell(Flush.Instance);
                return;
            }

            if (!TryWriteBatch(_transport))
            {
                return;
            }
        }
    }

    /// <summary>Writes one batch. Returns false when nothing is queued, or the transport accepts no more.</summary>
    private bool TryWriteBatch(ITransport transport)
    {
        if (!_sendQueue.HasQueued)
        {
            return false;
        }

        if (!transport.TryAcquire())
        {
            _transport = null;
            return false;
        }

        var batch = _batch ??= new List<WireMessage>();
        try
        {
            _writing = _sendQueue.Dequeue(batch, MaxBatchBytes, transport.MaxMessages);
            var write = transport.WriteAsync(batch);
            _metrics.Written(_sendQueue.Protocol);
            if (write.IsCompletedSuccessfully)
            {
                write.GetAwaiter().GetResult();
                foreach (var message in batch)
                {
                    message.Observer?.Written();
                }

                Finish();
            }
            else
            {
                foreach (var message in batch)
                {
                    if (message.Observer is { } observer)
                    {
                        (_observers ??= []).Add(observer);
                    }
                }

                Await(write, Self);
            }
        }
        finally
        {
            batch.Clear();
        }

        return true;
    }

    private static async void Await(ValueTask write, IActorRef self)
    {
        try
        {
            await write;
            self.Tell(Written.Instance);
        }
#pragma warning disable CA1031 // Any failure of the transport ends only this session.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            self.Tell(new Failed(exception));
        }
    }

    private void Observe(Action<IWriteObserver> action)
    {
        var observers = _observers;
        _observers = null;
        observers?.ForEach(action);
    }

    private void Finish()
    {
        var stamp = _sendQueue.Release(_writing);
        _writing = 0;
        if (stamp.At != 0)
        {
            _metrics.Delivered(stamp);
            if (stamp.Trace is not null)
            {
                BrokerTraces.Written(stamp.Trace, _sendQueue.Protocol);
            }
        }
    }

    private void Done()
    {
        _transport = null;
        Context.Parent.Tell(Drained.Instance);
    }

    /// <summary>Wakes the writer after a message was queued.</summary>
    internal sealed class Flush : INoSerializationVerificationNeeded
    {
        public static readonly Flush Instance = new();

        private Flush()
        {
        }
    }

    /// <summary>Sets the transport.</summary>
    internal sealed record UseTransport(ITransport Transport) : INoSerializationVerificationNeeded;

    /// <summary>Reports to the parent that the transport has ended and nothing more will be written.</summary>
    internal sealed class Drained : INoSerializationVerificationNeeded
    {
        public static readonly Drained Instance = new();

        private Drained()
        {
        }
    }

    /// <summary>Reports to the parent that the transport broke.</summary>
    internal sealed record Failed(Exception Cause) : INoSerializationVerificationNeeded;

    /// <summary>Reports to the parent that the writer has stopped.</summary>
    internal sealed class Stopped : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly Stopped Instance = new();

        private Stopped()
        {
        }
    }

    private sealed class Written : INoSerializationVerificationNeeded
    {
        public static readonly Written Instance = new();

        private Written()
        {
        }
    }
}
