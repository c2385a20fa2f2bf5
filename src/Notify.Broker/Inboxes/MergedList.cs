using Notify.Broker.Channels;

namespace Notify.Broker.Inboxes;

/// <summary>Represents a part of one list, to be merged with those of others.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Items">The items, the newest first.</param>
/// <param name="Before">The offset before which the items are.</param>
/// <param name="Next">The offset before which the list continues after them; null at its end.</param>
public sealed record MergedList(string Channel, IReadOnlyList<Notification> Items, long Before, long? Next)
{
    /// <summary>
    /// Merges lists by the times of their items. Each list keeps its own order, also where its times go back, so that its rest is
    /// described by one offset.
    /// </summary>
    /// <param name="lists">The lists.</param>
    /// <param name="limit">The maximum number of items.</param>
    /// <param name="maxBytes">The maximum size; there is at least one item if there are any.</param>
    /// <returns>The items, and the offset before which each list continues; 0 for a list that has ended.</returns>
    public static (IReadOnlyList<Notification> Items, IReadOnlyList<long> Next) Merge(
        IReadOnlyList<MergedList> lists, int limit, long maxBytes)
    {
        ArgumentNullException.ThrowIfNull(lists);
        var taken = new int[lists.Count];
        var merged = new List<Notification>();
        for (long bytes = 0; merged.Count < limit;)
        {
            var first = -1;
            for (var i = 0; i < lists.Count; i++)
            {
                if (taken[i] == lists[i].Items.Count)
                {
                    if (lists[i].Next is not null)
                    {
                        // Its next item is unknown, and may be the first of all.
                        return (merged, Rest(lists, taken));
                    }
                }
                else if (first < 0 || lists[i].Items[taken[i]].At > lists[first].Items[taken[first]].At)
                {
                    first = i;
                }
            }

            if (first < 0)
            {
                break;
            }

            var item = lists[first].Items[taken[first]];
            bytes += item.Cost;
            if (merged.Count > 0 && bytes > maxBytes)
            {
                break;
            }

            merged.Add(item);
            taken[first]++;
        }

        return (merged, Rest(lists, taken));
    }

    private static long[] Rest(IReadOnlyList<MergedList> lists, int[] taken) =>
    [
        .. lists.Select((list, i) =>
            taken[i] == list.Items.Count ? list.Next ?? 0
            : taken[i] > 0 ? list.Items[taken[i] - 1].Offset

            // Not the one that the list began with: newer items may have come since.
            : list.Items[0].Offset + 1),
    ];
}
