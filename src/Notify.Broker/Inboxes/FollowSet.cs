using System.Collections;

namespace Notify.Broker.Inboxes;

/// <summary>Represents the announcement channels that one user follows, in the order in which the user began. It is immutable.</summary>
public sealed class FollowSet : IReadOnlyList<FollowState>, IEquatable<FollowSet>
{
    /// <summary>The maximum number of followed channels.</summary>
    public const int Max = 32;

    private readonly FollowState[] _follows;

    private FollowSet(FollowState[] follows) => _follows = follows;

    /// <summary>Gets the empty set.</summary>
    public static FollowSet Empty { get; } = new([]);

    /// <inheritdoc />
    public int Count => _follows.Length;

    /// <inheritdoc />
    public FollowState this[int index] => _follows[index];

    /// <summary>Creates a set of channels with different names.</summary>
    public static FollowSet Of(IEnumerable<FollowState> follows)
    {
        ArgumentNullException.ThrowIfNull(follows);
        FollowState[] all = [.. follows];
        return all.Length == 0 ? Empty : new FollowSet(all);
    }

    /// <summary>Returns what the user has of a channel; null when the user does not follow it.</summary>
    public FollowState? Find(string name) => Array.Find(_follows, follow => follow.Name == name);

    /// <summary>Returns what the user has of a channel at its head, whether the user follows it already or only from now on.</summary>
    public FollowState Find(AnnouncementHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return Find(head.Name)?.At(head) ?? FollowState.Of(head);
    }

    /// <summary>
    /// Returns the set with channels at their heads. Above <see cref="Max"/>, the channels that are not named are left, the first ones
    /// first.
    /// </summary>
    public FollowSet Follow(IReadOnlyCollection<AnnouncementHead> heads)
    {
        ArgumentNullException.ThrowIfNull(heads);
        if (heads.Count == 0)
        {
            return this;
        }

        var named = heads.ToDictionary(static head => head.Name, StringComparer.Ordinal);
        var all = _follows
            .Select(follow => named.TryGetValue(follow.Name, out var head) ? follow.At(head) : follow)
            .Concat(heads.Where(head => Find(head.Name) is null).Select(FollowState.Of))
            .ToList();
        for (var i = 0; i < all.Count && all.Count > Max;)
        {
            if (named.ContainsKey(all[i].Name))
            {
                i++;
            }
            else
            {
                all.RemoveAt(i);
            }
        }

        return new FollowSet([.. all.Take(Max)]);
    }

    /// <summary>Applies a mark to items of one channel. Nothing changes when the user does not follow it.</summary>
    internal FollowSet Mark(AnnouncementHead head, InboxMarkKind kind, RangeSet items) =>
        new([.. _follows.Select(follow => follow.Name == head.Name ? follow.Mark(kind, items, head) : follow)]);

    /// <summary>Counts the items that differ in anything between this set and a later one.</summary>
    internal long CountChanged(FollowSet after) => after.Sum(
        follow => (Find(follow.Name) ?? new FollowState(follow.Name, follow.Epoch, follow.From)).CountChanged(follow));

    /// <inheritdoc />
    public bool Equals(FollowSet? other) => other is not null && _follows.AsSpan().SequenceEqual(other._follows);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as FollowSet);

    /// <inheritdoc />
    public override int GetHashCode() => _follows.Aggregate(0, HashCode.Combine);

    /// <inheritdoc />
    public IEnumerator<FollowState> GetEnumerator() => ((IEnumerable<FollowState>)_follows).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
