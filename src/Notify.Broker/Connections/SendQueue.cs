using Akka.Actor;
using Notify.Broker.AkkaInternals;
using Notify.Broker.Recovery;
using Notify.Protocol;
using Notify.Protocol.SocketIo;

namespace Notify.Broker.Connections;

/// <summary>
/// A socket's queue and its account. Whoever has something for the socket charges the account by queueing here and wakes the
/// <see cref="WriterActor"/> only when it sleeps; the writer's mailbox so holds one wake-up, however much is queued, and what
/// queued up leaves as one write. Full means that the client is too slow: the queue is dropped and the session ends by name, in the way
/// that its owner chooses, <see cref="Complete"/> or <see cref="Abort"/>.
/// </summary>
/// <param name="capacity">The bound of the account, in bytes.</param>
public sealed class SendQueue(int capacity) : ISubscriber
{
    /// <summary>What a queued message is charged beside its bytes: small messages cost memory too.</summary>
    public const int MessageOverhead = 64;

    // What was missed fills at most this part of the account, so that there is room for what is live in other channels.
    private const int RoomShare = 4;

    private readonly Lock _lock = new();
    private SmallQueue<WireMessage> _queue;
    private IActorRef? _writer;
    private ITransport? _transport;
    private Action<EndReason>? _onEnd;
    private Action? _onRoom;
    private DeliveryLog? _log;
    private Queue<WireMessage>? _buffered;
    private long _charged;
    private bool _awake;
    private volatile State _state;

    private enum State
    {
        Open,

        // The queue was dropped; the owner of the session says how it ends.
        Full,
        Completing,
        Closed,
    }

    /// <inheritdoc />
    public ulong Party { get; set; }

    /// <summary>What is queued or being written, in bytes.</summary>
    public long Charged
    {
        get
        {
            lock (_lock)
            {
                return _charged;
            }
        }
    }

    /// <summary>Whether nothing can be queued any more.</summary>
    public bool IsClosed => _state != State.Open;

    /// <summary>Whether the last message has been taken, so that the transport may be ended after it.</summary>
    internal bool IsCompleted
    {
        get
        {
            lock (_lock)
            {
                return _state == State.Completing && _queue.Count == 0;
            }
        }
    }

    /// <summary>Whether the queue was dropped, so that the transport is to be ended at once.</summary>
    internal bool IsAborted => _state == State.Closed;

    /// <summary>Whether something waits to be taken.</summary>
    public bool HasQueued
    {
        get
        {
            lock (_lock)
            {
                return _queue.Count > 0;
            }
        }
    }

    /// <summary>Says what ends the session; called when the account is full or a relay ends the socket. Set once, before the first message.</summary>
    public void OnEndRequested(Action<EndReason> end) => _onEnd = end;

    /// <inheritdoc />
    public bool Write(WireMessage message)
    {
        IActorRef? wake = null;
        var isFull = false;
        lock (_lock)
        {
            if (_state != State.Open)
            {
                return false;
            }

            var charge = message.Size + MessageOverhead;

            // A single message larger than the account may pass when nothing waits: the body limit bounds it already.
            if (_charged + charge <= capacity || _charged == 0)
            {
                Enqueue(_log is null ? message : _log.Record(message), charge, ref wake);
            }
            else
            {
                isFull = true;
                _state = State.Full;
                _queue.Clear();
                _buffered = null;
            }
        }

        if (isFull)
        {
            End(EndReason.Slow);
            return false;
        }

        wake?.Tell(WriterActor.Flush.Instance);
        return true;
    }

    /// <summary>From now on whatever is queued is recorded in <paramref name="log"/>, in the order of the wire.</summary>
    public void RecordIn(DeliveryLog log)
    {
        lock (_lock)
        {
            _log = log;
        }
    }

    /// <summary>
    /// From now on notifications with a position wait for <see cref="ReleaseBuffered"/>, on the same account: it is not yet known what is to
    /// be said before them, or whether they are.
    /// </summary>
    public void BufferNotifications()
    {
        lock (_lock)
        {
            _buffered ??= new Queue<WireMessage>();
        }
    }

    /// <summary>Lets go what waits, after what is to be said first.</summary>
    /// <param name="first">What is said first.</param>
    public void ReleaseBuffered(WireMessage first)
    {
        IActorRef? wake = null;
        lock (_lock)
        {
            var held = _buffered ?? [];
            _buffered = null;
            if (_state != State.Open)
            {
                return;
            }

            Enqueue(first, first.Size + MessageOverhead, ref wake);
            foreach (var message in held)
            {
                // Charged when it came.
                Enqueue(message, 0, ref wake);
            }
        }

        wake?.Tell(WriterActor.Flush.Instance);
    }

    /// <summary>Drops what waits for <see cref="ReleaseBuffered"/>; nothing waits any more.</summary>
    public void DropBuffered()
    {
        var charge = 0;
        lock (_lock)
        {
            foreach (var message in _buffered ?? [])
            {
                charge += message.Size + MessageOverhead;
            }

            _buffered = null;
        }

        Release(charge);
    }

    /// <inheritdoc />
    public bool HasRoom
    {
        get
        {
            lock (_lock)
            {
                return _charged <= capacity / RoomShare;
            }
        }
    }

    /// <inheritdoc />
    public void WhenRoom(Action then)
    {
        lock (_lock)
        {
            if (_charged > capacity / RoomShare)
            {
                _onRoom += then;
                return;
            }
        }

        then();
    }

    /// <inheritdoc />
    public void End(EndReason reason) => _onEnd?.Invoke(reason);

    /// <summary>
    /// Queues the last messages, beyond the account if need be, and lets the writer end the transport after them. False when the end was
    /// said before.
    /// </summary>
    public bool Complete(params ReadOnlySpan<WireMessage> last)
    {
        IActorRef? wake = null;
        lock (_lock)
        {
            if (_state is not (State.Open or State.Full))
            {
                return false;
            }

            // What it was to follow is not said any more.
            _buffered = null;
            foreach (var message in last)
            {
                Enqueue(message, message.Size + MessageOverhead, ref wake);
            }

            _state = State.Completing;
            wake = _writer;
        }

        wake?.Tell(WriterActor.Flush.Instance);
        return true;
    }

    /// <summary>Drops what is queued and lets the writer end the transport at once.</summary>
    public void Abort()
    {
        lock (_lock)
        {
            _state = State.Closed;
            _queue.Clear();
            _buffered = null;
        }

        _writer?.Tell(WriterActor.Flush.Instance);
    }

    /// <summary>Gives the writer a transport in the place of the one that it has. Called in the order in which they take over.</summary>
    public void Use(ITransport transport)
    {
        lock (_lock)
        {
            if (_writer is null)
            {
                _transport = transport;
            }
            else
            {
                _writer.Tell(new WriterActor.UseTransport(transport));
            }
        }
    }

    /// <summary>Connects the writer; what was queued before waits for it.</summary>
    internal void Attach(IActorRef writer)
    {
        lock (_lock)
        {
            _writer = writer;

            // Awake only while there is something to take: taking the last is what lets it sleep again.
            _awake = _queue.Count > 0;
            if (_transport is not null)
            {
                writer.Tell(new WriterActor.UseTransport(_transport));
                _transport = null;
            }
        }

        writer.Tell(WriterActor.Flush.Instance);
    }

    /// <summary>Moves what is queued to <paramref name="batch"/>, at most so many bytes and messages; still charged until released. Returns the charge.</summary>
    internal int Dequeue(List<WireMessage> batch, int maxBytes, int maxMessages)
    {
        lock (_lock)
        {
            var taken = 0;

            // What comes last leaves in one: a poll that ends the session is followed by no other.
            var isLast = _state == State.Completing;
            while (_queue.TryPeek(out var next) && (isLast || batch.Count == 0 || (batch.Count < maxMessages && taken + next.Size <= maxBytes)))
            {
                taken += next.Size + MessageOverhead;
                batch.Add(next);
                _queue.TryDequeue(out _);
            }

            if (_queue.Count == 0)
            {
                _awake = false;
            }

            return taken;
        }
    }

    /// <summary>Gives back what was written.</summary>
    internal void Release(int charge)
    {
        Action? then = null;
        lock (_lock)
        {
            _charged -= charge;
            if (_onRoom is not null && _charged <= capacity / RoomShare)
            {
                (then, _onRoom) = (_onRoom, null);
            }
        }

        then?.Invoke();
    }

    private void Enqueue(WireMessage message, int charge, ref IActorRef? wake)
    {
        _charged += charge;
        if (_buffered is not null && message is PositionedNotification)
        {
            _buffered.Enqueue(message);
            return;
        }

        _queue.Enqueue(message);
        if (!_awake)
        {
            _awake = true;
            wake = _writer;
        }
    }
}
