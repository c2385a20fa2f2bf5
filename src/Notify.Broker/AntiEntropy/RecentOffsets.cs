using Notify.Broker.Channels;
using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Broker.AntiEntropy;

/// <summary>
/// Holds the latest offsets, and revisions of marks, that this node's channels recently delivered to the relays of another node, so that a
/// relay detects the loss of a last message. Each is announced twice, because an announcement may be lost as well. Safe to use from any
/// thread.
/// </summary>
public sealed class RecentOffsets
{
    private readonly Lock _lock = new();
    // Tuples, because an entry is written with each delivery.
    private Dictionary<(string Channel, RelayId Relay), (long JoinNumber, Position Position, long? Revision)> _new = [];
    private Dictionary<(string Channel, RelayId Relay), (long JoinNumber, Position Position, long? Revision)> _said = [];

    /// <summary>Records a delivery, including one that was skipped.</summary>
    public void Set(Deliver message)
    {
        lock (_lock)
        {
            var position = message.Notification.Position;
            var isSameJoin = _new.TryGetValue((message.Channel, message.Relay), out var before)
                && before.JoinNumber == message.JoinNumber
                && before.Position.Epoch == position.Epoch;
            _new[(message.Channel, message.Relay)] = (message.JoinNumber, position, isSameJoin ? before.Revision : null);
        }
    }

    /// <summary>Records what a relay was told of an inbox, including what was skipped.</summary>
    public void Set(InboxTold message)
    {
        lock (_lock)
        {
            _new[(message.Channel, message.Relay)] = (message.JoinNumber, message.Head, message.Revision);
        }
    }

    /// <summary>Returns the announcements that are due.</summary>
    public IReadOnlyList<OffsetAnnouncement> Drain()
    {
        lock (_lock)
        {
            var now = _new;
            var all = now.Concat(_said.Where(said => !now.ContainsKey(said.Key)))
                .Select(static told =>
                    new OffsetAnnouncement(told.Key.Channel, told.Key.Relay, told.Value.JoinNumber, told.Value.Position)
                    {
                        Revision = told.Value.Revision,
                    })
                .ToList();
            (_said, _new) = (now, []);
            return all;
        }
    }
}
