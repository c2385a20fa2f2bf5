using Notify.Broker.Channels;
using Notify.Protocol;

namespace Notify.Broker.Trails;

/// <summary>Records the deliveries of one relay.</summary>
public sealed class RelayTrail
{
    /// <summary>
    /// The number of sockets up to which writes are counted. Each write of a fan-out to thousands would contend for the same record.
    /// </summary>
    public const int MaxFollowed = 100;

    private readonly RecordRing<DeliveryRecord> _deliveries;
    private readonly RecordRing<ReplayRecord> _replays;
    private readonly TailSet _tails;
    private readonly TimeProvider _time;

    internal RelayTrail(RecordRing<DeliveryRecord> deliveries, RecordRing<ReplayRecord> replays, TailSet tails, TimeProvider time)
    {
        _deliveries = deliveries;
        _replays = replays;
        _tails = tails;
        _time = time;
    }

    /// <summary>Begins the record of a delivery. Returns null when nothing is recorded.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="sockets">The number of sockets that it goes to.</param>
    public DeliveryRecord? Begin(Notification notification, int sockets) =>
        _deliveries.IsOff && !_tails.IsWatched
            ? null
            : new DeliveryRecord(notification, _time.GetUtcNow().ToUnixTimeMilliseconds(), sockets <= MaxFollowed, _time);

    /// <summary>Returns what observes the messages of a delivery; null when they are too many to count.</summary>
    public static IWriteObserver? ObserverOf(DeliveryRecord? record) => record is { Written: not null } ? record : null;

    /// <summary>Keeps the record of a delivery, when every socket has its message.</summary>
    public void End(DeliveryRecord record)
    {
        _deliveries.Add(record);
        _tails.Delivered(record);
    }

    /// <summary>Records that missed notifications were queued for a client.</summary>
    public void Replayed(string channel, long from, long to)
    {
        if (to >= from && !_replays.IsOff)
        {
            _replays.Add(new ReplayRecord(channel, from, to, _time.GetUtcNow().ToUnixTimeMilliseconds()));
        }
    }
}
