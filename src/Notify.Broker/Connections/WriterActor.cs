using Akka.Actor;
using Akka.Event;
using Notify.Protocol;

namespace Notify.Broker.Connections;

/// <summary>
/// Writes what is queued for one socket, and is the only one that does: takes all that waits in the <see cref="SendQueue"/> as one batch,
/// gives it to the transport, and takes the next when the transport can take more. A child of the socket's connection.
/// </summary>
internal sealed class WriterActor : UntypedActor
{
    /// <summary>One write is at most this long, in bytes, unless a single message is longer.</summary>
    private const int MaxBatchBytes = 64 * 1024;

    // After so many batches in a row the thread goes to the next actor; a busy socket is no reason for others to wait.
    private const int MaxBatches = 8;

    // A batch is only read during the call that writes it, so the list belongs to the thread and not to each of ten thousand writers.
    [ThreadStatic]
    private static List<WireMessage>? _batch;

    private readonly SendQueue _outbox;
    private ITransport? _transport;
    private int _writing;

    public WriterActor(SendQueue outbox)
    {
        _outbox = outbox;
    }

    private bool IsWriting => _writing > 0;

    protected override void PreStart() => _outbox.Attach(Self);

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
                Finish();
                Write();
                break;
            case Failed failed:
                Finish();
                _transport = null;
                Context.Parent.Tell(failed);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // The parent is told, rather than that it watches: a watch is two tables for each socket.
    protected override void PostStop()
    {
        _transport?.Abort();
        Context.Parent.Tell(Stopped.Instance);
    }

    private void Write()
    {
        for (var batches = 0; !IsWriting; batches++)
        {
            if (_outbox.IsAborted)
            {
                _transport?.Abort();
                Done();
                return;
            }

            if (_transport is null)
            {
                return;
            }

            if (_outbox.IsCompleted)
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

    /// <summary>False when nothing waits, or the transport takes no more.</summary>
    private bool TryWriteBatch(ITransport transport)
    {
        if (!_outbox.HasQueued)
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
            _writing = _outbox.Dequeue(batch, MaxBatchBytes, transport.MaxMessages);
            var write = transport.WriteAsync(batch);
            if (write.IsCompletedSuccessfully)
            {
                write.GetAwaiter().GetResult();
                Finish();
            }
            else
            {
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
#pragma warning disable CA1031 // Whatever broke the transport ends this session, by its name, and nothing else.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            self.Tell(new Failed(exception));
        }
    }

    private void Finish()
    {
        _outbox.Release(_writing);
        _writing = 0;
    }

    private void Done()
    {
        _transport = null;
        Context.Parent.Tell(Drained.Instance);
    }

    /// <summary>Something was queued while the writer slept.</summary>
    internal sealed class Flush : INoSerializationVerificationNeeded
    {
        public static readonly Flush Instance = new();

        private Flush()
        {
        }
    }

    /// <summary>From now on write here.</summary>
    internal sealed record UseTransport(ITransport Transport) : INoSerializationVerificationNeeded;

    /// <summary>To the parent: the transport was ended; nothing more will be written.</summary>
    internal sealed class Drained : INoSerializationVerificationNeeded
    {
        public static readonly Drained Instance = new();

        private Drained()
        {
        }
    }

    /// <summary>To the parent: the transport broke.</summary>
    internal sealed record Failed(Exception Cause) : INoSerializationVerificationNeeded;

    /// <summary>To the parent: the writer is no more.</summary>
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
