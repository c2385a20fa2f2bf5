using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Inboxes;

namespace Notify.Broker.Tests.Simulation;

/// <summary>
/// Simulates a store that stores its owners' changes in order and fenced, and removes prefixes. Requests are served later, even when the
/// requester no longer exists.
/// </summary>
internal sealed class Store
{
    private readonly Dictionary<string, Life> _lives = [];

    public Life Claim(string channel, string epoch)
    {
        if (!_lives.TryGetValue(channel, out var life))
        {
            _lives.Add(channel, life = new Life(epoch));
        }

        life.Owner++;
        return life;
    }

    public Life Of(string channel) => _lives[channel];

    public void Trim(string channel, int count)
    {
        if (_lives.TryGetValue(channel, out var life))
        {
            life.Trim(count);
        }
    }

    internal sealed class Life(string epoch)
    {
        private readonly List<Notification> _kept = [];
        private readonly List<(PublishId Id, long Offset)> _recent = [];
        private StoredInbox? _marks;

        public int Owner { get; set; }

        public long Floor { get; private set; }

        public Position Head { get; private set; } = new(epoch, 0);

        /// <summary>Gets all publishes, because those that may still be retried are too recent to be trimmed.</summary>
        public IReadOnlyList<(PublishId Id, long Offset)> Recent => _recent;

        /// <summary>Stores a notification and marks, both or none.</summary>
        public bool Write(PendingWrite write)
        {
            if (write.Claim != Owner
                || (write.Notification is { } next ? next.Offset != Head.Offset + 1 : write.DecidedAt > Head.Offset)
                || (write.Inbox is { } inbox && inbox.Revision != (_marks?.Revision ?? 0) + 1))
            {
                return false;
            }

            if (write.Notification is { } notification)
            {
                _kept.Add(notification);
                _recent.Add((notification.Id, notification.Offset));
                Head = notification.Position;
            }

            _marks = write.Inbox is { } marks ? ChannelInbox.Encode(marks) : _marks;
            return true;
        }

        /// <summary>Returns the stored marks, for a new owner.</summary>
        public InboxState Load(string channel) => InboxReading.Load(
            null!, new ClaimedChannel(channel, Head, []) { Floor = Floor, Inbox = _marks }, InboxTruth.Size);

        public void Trim(int count)
        {
            for (; count > 0 && _kept.Count > 0; count--)
            {
                Floor = _kept[0].Offset;
                _kept.RemoveAt(0);
            }
        }

        public IReadOnlyList<Notification>? Read(long after, long upTo) => after < Floor
            ? null
            : [.. _kept.Where(kept => kept.Offset > after && kept.Offset <= upTo).Take(5)];
    }
}
