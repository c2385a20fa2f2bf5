using Notify.Broker.Channels;
using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Broker.AntiEntropy;

/// <summary>
/// How far the channels of this node have told the relays of another one lately, so that a last message which was lost is missed. Each
/// is said twice: what says it may be lost too. Safe to call from any thread.
/// </summary>
public sealed class RecentOffsets
{
    private readonly Lock _lock = new();
    private Dictionary<(string Channel, RelayId Relay), (long JoinNumber, Position Position)> _new = [];
    private Dictionary<(string Channel, RelayId Relay), (long JoinNumber, Position Position)> _said = [];

    /// <summary>A relay was told, or should have been.</summary>
    public void Set(Deliver message)
    {
        lock (_lock)
        {
            _new[(message.Channel, message.Relay)] = (message.JoinNumber, message.Notification.Position);
        }
    }

    /// <summary>What is to be said now.</summary>
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
