using System.Diagnostics;
using Akka.Actor;
using Notify.Broker.Metrics;
using Notify.Protocol;

namespace Notify.Broker.Connections;

/// <summary>
/// Queues the messages of one connection, up to a bound in bytes. It wakes the <see cref="WriterActor"/> only when that sleeps, so the
/// mailbox of the writer holds one wake-up at most, and everything queued leaves in one write. When the queue is full the client is too
/// slow: the queue is dropped and the session ends with <see cref="EndReason.Slow"/>, by <see cref="Complete"/> or <see cref="Abort"/>.
/// </summary>
/// <param name="capacity">The bound, in bytes.</param>
public sealed class SendQueue(int capacity) : ISubscriber
{
    /// <summary>The charge for a queued message beside its bytes. Small messages cost memory too.</summary>
    public const int MessageOverhead = 64;

    // Missed notifications fill at most this part of the queue, so that live ones of other channels have room.
    private const int RoomShare = 4;

    private readonly Lock _lock = new();
    private QueuedMessages _queue;
    private IActorRef? _writer;
    private ITransport? _transport;
    private Action<EndReason>? _onEnd;
    private Action? _onRoom;
    private SendInterceptor? _interceptor;
    private long _charged;
    private PendingStamp _stamp;
    private bool _awake;
    private volatile SendQueueState _state;

    /// <inheritdoc />
    public ulong Party { get; set; }

    /// <summary>Gets the protocol of the connection.</summary>
    public ConnectionProtocol Protocol { get; init; }

    /// <summary>Gets the number of channels that the connection has joined.</summary>
    public int Channels { get; internal set; }

    /// <summary>Gets when something was last written to the client, a timestamp of <see cref="Stopwatch"/>; 0 for never.</summary>
    public long WrittenAt { get; private set; }

    /// <inheritdoc />
    public ConnectionTrace? Trace { get; set; }

    /// <summary>The size of the queued messages and of those being written, in bytes.</summary>
    public long Charged => Volatile.Read(ref _charged);

    /// <summary>Whether the queue accepts no more messages.</summary>
    public bool IsClosed => _state != SendQueueState.Open;

    /// <summary>Whether the last message has been dequeued, so that the transport may end after it.</summary>
    internal bool IsCompleted
    {
        get
        {
            lock (_lock)
            {
                return _state == SendQueueState.Completing && _queue.Count == 0;
            }
        }
    }

    /// <summary>Whether the queue was dropped and the transport has to end at once.</summary>
    internal bool IsAborted => _state == SendQueueState.Closed;

    /// <summary>Whether messages are queued.</summary>
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

    /// <summary>
    /// Sets the action that ends the session, called when the queue is full or a relay ends the socket. Set once, before the first
    /// message.
    /// </summary>
    public void OnEndRequested(Action<EndReason> end) => _onEnd = end;

    /// <inheritdoc />
    public bool Write(WireMessage message)
    {
        IActorRef? wake = null;
        var isFull = false;
        lock (_lock)
        {
            if (_state != SendQueueState.Open)
            {
                return false;
            }

            var charge = message.Size + MessageOverhead;

            // A single message larger than the queue may pass when the queue is empty: the body limit bounds it already.
            if (_charged + charge <= capacity || _charged == 0)
            {
                _charged += charge;
                if (Trace is { } trace && _charged > capacity / RoomShare && _charged - charge <= capacity / RoomShare)
                {
                    trace.Slow();
                }

                if ((_interceptor is null ? message : _interceptor.Intercept(message)) is { } next)
                {
                    Enqueue(next, ref wake);
                }
            }
            else
            {
                isFull = true;
                _state = SendQueueState.Full;
                Clear();
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

    /// <inheritdoc />
    public bool TryStamp(DeliveryStamp stamp)
    {
        lock (_lock)
        {
            return _charged == 0 && _state == SendQueueState.Open && _stamp.TrySet(stamp);
        }
    }

    /// <summary>Passes every later message through an interceptor.</summary>
    public void Use(SendInterceptor interceptor)
    {
        lock (_lock)
        {
            _interceptor = interceptor;
        }
    }

    /// <summary>Queues a message and, after it, the messages that the interceptor has buffered.</summary>
    /// <param name="first">The message.</param>
    /// <returns>The number of messages that were buffered.</returns>
    public int ReleaseBuffered(WireMessage first)
    {
        IActorRef? wake = null;
        int count;
        lock (_lock)
        {
            var buffered = _interceptor?.TakeBuffered() ?? [];
            if (_state != SendQueueState.Open)
            {
                return 0;
            }

            count = buffered.Count;
            _charged += first.Size + MessageOverhead;
            Enqueue(first, ref wake);
            foreach (var message in buffered)
            {
                // Charged when it was buffered.
                Enqueue(message, ref wake);
            }
        }

        wake?.Tell(WriterActor.Flush.Instance);
        return count;
    }

    /// <summary>Holds later messages back from the writer until <see cref="ReleaseHeld"/>. They keep their order.</summary>
    public void Hold()
    {
        lock (_lock)
        {
            _queue.Hold();
        }
    }

    /// <summary>Queues the messages that were held back.</summary>
    public void ReleaseHeld()
    {
        IActorRef? wake = null;
        lock (_lock)
        {
            if (_queue.Release())
            {
                Wake(ref wake);
            }
        }

        wake?.Tell(WriterActor.Flush.Instance);
    }

    /// <summary>Drops the messages that the interceptor has buffered.</summary>
    public void DropBuffered()
    {
        int charge;
        lock (_lock)
        {
            charge = (_interceptor?.TakeBuffered() ?? []).Sum(message => message.Size + MessageOverhead);
        }

        Release(charge);
    }

    /// <inheritdoc />
    public bool HasRoom => Charged <= capacity / RoomShare;

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
    /// Queues the last messages, beyond the bound if necessary, and has the writer end the transport after them. False when the queue has
    /// ended before.
    /// </summary>
    public bool Complete(params ReadOnlySpan<WireMessage> last)
    {
        IActorRef? wake = null;
        lock (_lock)
        {
            if (_state is not (SendQueueState.Open or SendQueueState.Full))
            {
                return false;
            }

            // The answer that would precede the buffered messages is not sent any more.
            _interceptor?.TakeBuffered();
            _queue.Release();
            foreach (var message in last)
            {
                _charged += message.Size + MessageOverhead;
                Enqueue(message, ref wake);
            }

            _state = SendQueueState.Completing;
            wake = _writer;
        }

        wake?.Tell(WriterActor.Flush.Instance);
        return true;
    }

    /// <summary>Drops the queue and has the writer end the transport at once.</summary>
    public void Abort()
    {
        lock (_lock)
        {
            _state = SendQueueState.Closed;
            Clear();
        }

        _writer?.Tell(WriterActor.Flush.Instance);
    }

    /// <summary>Replaces the writer's transport. Called in the order in which the transports take over.</summary>
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

    /// <summary>Connects the writer, which then sends the messages queued before.</summary>
    internal void Attach(IActorRef writer)
    {
        lock (_lock)
        {
            _writer = writer;

            // Awake only while messages are queued: dequeuing the last one lets it sleep again.
            _awake = _queue.Count > 0;
            if (_transport is not null)
            {
                writer.Tell(new WriterActor.UseTransport(_transport));
                _transport = null;
            }
        }

        writer.Tell(WriterActor.Flush.Instance);
    }

    /// <summary>
    /// Moves messages to <paramref name="batch"/>, up to a number of bytes and messages. They stay charged until released. Returns the
    /// charge.
    /// </summary>
    internal int Dequeue(List<WireMessage> batch, int maxBytes, int maxMessages)
    {
        lock (_lock)
        {
            var taken = 0;

            // The last messages leave together: no other poll follows one that ends the session.
            var isLast = _state == SendQueueState.Completing;
            while (_queue.TryPeek(out var next)
                && (isLast || batch.Count == 0 || (batch.Count < maxMessages && taken + next.Size <= maxBytes)))
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

    /// <summary>Ends the charge for messages that were written. Returns the stamp of one of them, if it has one.</summary>
    internal DeliveryStamp Release(int charge)
    {
        Action? then = null;
        DeliveryStamp stamp;
        lock (_lock)
        {
            _charged -= charge;
            WrittenAt = Stopwatch.GetTimestamp();
            stamp = _stamp.Take();
            if (_onRoom is not null && _charged <= capacity / RoomShare)
            {
                (then, _onRoom) = (_onRoom, null);
            }
        }

        then?.Invoke();
        return stamp;
    }

    private void Enqueue(WireMessage message, ref IActorRef? wake)
    {
        if (_queue.Add(message))
        {
            Wake(ref wake);
        }
    }

    private void Wake(ref IActorRef? wake)
    {
        if (!_awake)
        {
            _awake = true;
            wake = _writer;
        }
    }

    private void Clear()
    {
        _queue.Clear();
        foreach (var message in _interceptor?.TakeBuffered() ?? [])
        {
            message.Observer?.Dropped();
        }
    }
}
