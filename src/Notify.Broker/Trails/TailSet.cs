namespace Notify.Broker.Trails;

/// <summary>
/// Holds the tails of this node: what operators watch at the moment. A tail exists only while it is read, so that nothing is collected for
/// operators who have gone.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class TailSet(TimeProvider time)
{
    /// <summary>The largest number of tails.</summary>
    public const int MaxTails = 8;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private volatile Tail[] _tails = [];

    /// <summary>Gets whether there is any tail.</summary>
    public bool IsWatched => _tails.Length > 0;

    /// <summary>
    /// Returns what a tail has collected since the call before; the first call begins it. Returns null when there are too many.
    /// </summary>
    /// <param name="id">Identifies the operator's request.</param>
    /// <param name="filter">The channels to show.</param>
    public TailPage? Read(Guid id, TailFilter filter)
    {
        var now = time.GetMilliseconds();
        lock (_lock)
        {
            _tails = [.. _tails.Where(tail => tail.Id == id || IsRead(tail, now))];
            var tail = Array.Find(_tails, tail => tail.Id == id);
            if (tail is null)
            {
                if (_tails.Length >= MaxTails)
                {
                    return null;
                }

                tail = new Tail(id, filter);
                _tails = [.. _tails, tail];
            }

            tail.ReadAt = now;
            return tail.Read();
        }
    }

    /// <summary>Shows a notification that was published.</summary>
    internal void Published(SendRecord send, ReadOnlyMemory<byte> payload)
    {
        if (send.Id is null)
        {
            return;
        }

        Add(send.Channel, static state => new TailEvent(
            state.Send.Channel,
            state.Send.Id!.Value,
            state.Send.Position?.Offset,
            state.Send.At - state.Send.Milliseconds,
            state.Send.Backend,
            state.Payload.Length,
            state.Payload[..Math.Min(state.Payload.Length, TailEvent.MaxPayload)].ToArray(),
            Sockets: 0), (Send: send, Payload: payload));
    }

    /// <summary>Shows a notification that went to sockets of this node.</summary>
    internal void Delivered(DeliveryRecord delivery) => Add(
        delivery.Channel,
        static record => new TailEvent(
            record.Channel, record.Id, record.Offset, record.At, Backend: null, Size: 0, Payload: default, record.Sockets),
        delivery);

    private void Add<TState>(string channel, Func<TState, TailEvent> create, TState state)
    {
        var tails = _tails;
        if (tails.Length == 0)
        {
            return;
        }

        var now = time.GetMilliseconds();
        foreach (var tail in tails)
        {
            if (!IsRead(tail, now))
            {
                Forget(tail);
            }
            else if (tail.Filter.Matches(channel))
            {
                tail.Add(create, state);
            }
        }
    }

    private static bool IsRead(Tail tail, long now) => now - tail.ReadAt < Lease.TotalMilliseconds;

    private void Forget(Tail tail)
    {
        lock (_lock)
        {
            _tails = [.. _tails.Where(other => other != tail)];
        }
    }
}
