using Notify.Broker.Sending;

namespace Notify.Broker.Trails;

/// <summary>
/// Remembers what happened to recent notifications on this node: how requests to publish were answered, to how many sockets each
/// notification went, and which clients received it later. It is bounded in bytes and forgets the oldest first.
/// </summary>
public sealed class Trail
{
    private readonly RecordRing<SendRecord> _sends;
    private readonly List<RecordRing<DeliveryRecord>> _deliveries = [];
    private readonly RecordRing<ReplayRecord> _replays;
    private readonly TimeProvider _time;
    private readonly int _relays;
    private readonly int _perRelay;
    private long _since;

    /// <summary>Creates the trail of a node.</summary>
    /// <param name="maxBytes">The largest size of its memory, in bytes; 0 for no trail.</param>
    /// <param name="relays">The number of relays of the node.</param>
    /// <param name="time">The clock.</param>
    public Trail(long maxBytes, int relays, TimeProvider time)
    {
        _time = time;
        _since = time.GetUtcNow().ToUnixTimeMilliseconds();
        _relays = relays;
        Tails = new TailSet(time);
        _sends = new RecordRing<SendRecord>(Capacity(maxBytes * 3 / 8, SendRecord.Cost));
        _replays = new RecordRing<ReplayRecord>(Capacity(maxBytes / 8, ReplayRecord.Cost));
        _perRelay = Capacity(maxBytes / 2 / relays, DeliveryRecord.Cost);
    }

    /// <summary>Gets the clients that watch what happens.</summary>
    public TailSet Tails { get; }

    /// <summary>
    /// Gets the time after which every delivery and every replay is remembered, in Unix milliseconds: without one, there was none.
    /// </summary>
    public long KnownSince
    {
        get
        {
            if (_replays.IsOff || _perRelay == 0)
            {
                return long.MaxValue;
            }

            lock (_deliveries)
            {
                return _deliveries.Select(static relay => relay.OldestOfFull?.At ?? 0)
                    .Append(_replays.OldestOfFull?.At ?? 0)
                    .Append(_since)
                    .Max();
            }
        }
    }

    /// <summary>Records a request to publish that was accepted.</summary>
    /// <param name="backend">The name of the backend's secret.</param>
    /// <param name="results">The results of its channels.</param>
    /// <param name="payload">The notification's JSON, in UTF-8.</param>
    /// <param name="duration">How long the answer took.</param>
    public void Accepted(string backend, IReadOnlyList<SendResult> results, ReadOnlyMemory<byte> payload, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(results);
        if (_sends.IsOff && !Tails.IsWatched)
        {
            return;
        }

        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 0; i < results.Count; i++)
        {
            var result = results[i];
            var send = new SendRecord(
                result.Channel,
                result.Id,
                result.Position,
                now,
                (int)duration.TotalMilliseconds,
                backend,
                result.IsDuplicate ? "duplicate" : "accepted");
            _sends.Add(send);
            Tails.Published(send, payload);
        }
    }

    /// <summary>Records a request to publish that was refused, or that is not known to be stored.</summary>
    /// <param name="backend">The name of the backend's secret.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="outcome">How it was answered, as the metric names it.</param>
    /// <param name="duration">How long the answer took.</param>
    public void Refused(string backend, IReadOnlyList<string> channels, string outcome, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(channels);
        if (_sends.IsOff)
        {
            return;
        }

        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 0; i < channels.Count; i++)
        {
            _sends.Add(new SendRecord(channels[i], null, null, now, (int)duration.TotalMilliseconds, backend, outcome));
        }
    }

    /// <summary>Returns the requests to publish for which a condition holds, the oldest first.</summary>
    public IReadOnlyList<SendRecord> FindSends(Func<SendRecord, bool> condition, int limit) => _sends.Find(condition, limit);

    /// <summary>Returns the deliveries for which a condition holds, by relay, the oldest first.</summary>
    public IReadOnlyList<DeliveryRecord> FindDeliveries(Func<DeliveryRecord, bool> condition, int limit)
    {
        RecordRing<DeliveryRecord>[] relays;
        lock (_deliveries)
        {
            relays = [.. _deliveries];
        }

        return [.. relays.SelectMany(relay => relay.Find(condition, limit)).Take(limit)];
    }

    /// <summary>Returns the replays for which a condition holds, the oldest first.</summary>
    public IReadOnlyList<ReplayRecord> FindReplays(Func<ReplayRecord, bool> condition, int limit) => _replays.Find(condition, limit);

    /// <summary>Creates the trail of one relay.</summary>
    internal RelayTrail CreateRelay()
    {
        var ring = new RecordRing<DeliveryRecord>(_perRelay);
        lock (_deliveries)
        {
            _deliveries.Add(ring);
            if (_deliveries.Count > _relays)
            {
                // A relay that failed was replaced.
                _deliveries.RemoveAt(0);
                _since = _time.GetUtcNow().ToUnixTimeMilliseconds();
            }
        }

        return new RelayTrail(ring, _replays, Tails, _time);
    }

    private static int Capacity(long bytes, int cost) => (int)Math.Min(bytes / cost, int.MaxValue);
}
