using Notify.Broker.Channels;

namespace Notify.Broker.Tests.Simulation;

/// <summary>
/// Simulates a store that stores its owners' appends in order and fenced, and removes prefixes. Requests are served later, even when the
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

        public int Owner { get; set; }

        public long Floor { get; private set; }

        public Position Head { get; private set; } = new(epoch, 0);

        /// <summary>Gets all publishes, because those that may still be retried are too recent to be trimmed.</summary>
        public IReadOnlyList<(PublishId Id, long Offset)> Recent => _recent;

        public bool Append(int owner, Notification notification)
        {
            if (owner != Owner || notification.Offset != Head.Offset + 1)
            {
                return false;
            }

            _kept.Add(notification);
            _recent.Add((notification.Id, notification.Offset));
            Head = notification.Position;
            return true;
        }

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
