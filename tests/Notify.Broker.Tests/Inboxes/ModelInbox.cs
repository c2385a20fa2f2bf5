using Notify.Broker.Inboxes;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Implements an inbox as a list of items with flags, in the plainest way, as the model of <see cref="InboxState"/>.</summary>
/// <param name="size">The number of newest items that count.</param>
internal sealed class ModelInbox(int size)
{
    private readonly List<Item> _items = [];

    public long Last { get; private set; }

    public long Floor { get; private set; }

    public InboxCounts Counts
    {
        get
        {
            var live = _items.Where(item => !item.Gone).ToList();
            return new(
                live.Count(item => !item.Read), live.Count(item => !item.Seen), live.Count, live.Count(item => item.Archived));
        }
    }

    public IEnumerable<Item> Items => _items;

    public void Publish(ItemEffects effects = default)
    {
        _items.Where(item => effects.Key is not null && item.Key == effects.Key && !item.Gone).ToList().ForEach(item => item.Gone = true);
        _items.Add(new Item(++Last)
        {
            Key = effects.Key,
            ExpiresAt = effects.ExpiresAt,
            Seen = effects.IsSilent,
            Read = effects.IsSilent,
        });
        Trim(Last - size);
    }

    /// <summary>Removes what has expired. Returns whether there was something.</summary>
    public bool Expire(long now)
    {
        var expired = _items.Where(item => item.ExpiresAt <= now && !item.Gone).ToList();
        expired.ForEach(item => item.Gone = true);
        return expired.Count > 0;
    }

    public void Trim(long floor)
    {
        Floor = Math.Max(Floor, Math.Min(floor, Last));
        _items.RemoveAll(item => item.Offset <= Floor);
    }

    /// <summary>Applies a mark. Returns the offsets of the items that it changes.</summary>
    public List<long> Mark(InboxMarkKind kind, long from, long to)
    {
        var changed = new List<long>();
        foreach (var item in _items.Where(item => item.Offset >= from && item.Offset <= to && !item.Gone))
        {
            var before = item with { };
            switch (kind)
            {
                case InboxMarkKind.Seen:
                    item.Seen = true;
                    break;
                case InboxMarkKind.Read:
                    item.Read = item.Seen = true;
                    break;
                case InboxMarkKind.Unread:
                    item.Read = item.Archived = false;
                    break;
                case InboxMarkKind.Archived:
                    item.Archived = item.Read = item.Seen = true;
                    break;
                case InboxMarkKind.Unarchived:
                    item.Archived = false;
                    break;
                case InboxMarkKind.Clicked:
                    item.Clicked = item.Read = item.Seen = true;
                    break;
                default:
                    item.Gone = true;
                    break;
            }

            if (item != before)
            {
                changed.Add(item.Offset);
            }
        }

        return changed;
    }

    internal sealed record Item(long Offset)
    {
        public long? Key { get; init; }

        public long? ExpiresAt { get; init; }

        public bool Seen { get; set; }

        public bool Read { get; set; }

        public bool Archived { get; set; }

        public bool Clicked { get; set; }

        public bool Gone { get; set; }
    }
}
