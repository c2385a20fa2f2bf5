using Notify.Broker.Channels;
using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Broker.AntiEntropy;

/// <summary>
/// Holds the latest offsets that this node's channels recently delivered to the relays of another node, so that a relay detects the loss of
/// a last message. Each is announced twice, because an announcement may be lost as well. Safe to use from any thread.
/// </summary>
public sealed class RecentOffsets
{
    private readonly Lock _lock = new();
    private Dictionary<(string Channel, RelayId Relay), (long JoinNumber, Position Position)> _new = [];
    private Dictionary<(string Channel, RelayId Relay), (long JoinNumber, Position Position)> _said = [];

    /// <summary>Records a delivery, including one that was skipped.</summary>
    public void Set(Deliver message)
    {
        lock (_lock)
        {
            _new[(message.Channel, message.Relay)] = (message.JoinNumber, message.Notification.Position);
        }
    }

    /// <summary>Returns the announcements that are due.</summary>
    public IReadOnlyList<OffsetAnnouncement> Drain()
    {
        lock (_lock)
        {
            var now = _new;
            var all = now.Concat(_said.Where(said => !now.ContainsKey(said.Key)))
                .Select(told => new OffsetAnnouncement(told.Key.Channel, told.Key.Relay, told.Value.JoinNumber, told.Value.Position))
                .ToList();
            (_said, _new) = (now, []);
            return all;
        }
    }
}
