using Notify.Broker.Inboxes;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>
/// Implements what users have of one announcement channel as lists of items with flags, in the plainest way, as the model of
/// <see cref="FollowState"/>.
/// </summary>
internal sealed class ModelFollower
{
    private readonly HashSet<long> _seen = [];
    private readonly HashSet<long> _read = [];
    private readonly HashSet<long> _archived = [];
    private readonly HashSet<long> _gone = [];

    /// <summary>Gets or sets the offset after which the announcements are items; null before the user follows the channel.</summary>
    public long? From { get; set; }

    public void Mark(InboxMarkKind kind, IEnumerable<long> items)
    {
        foreach (var item in items.Where(item => !_gone.Contains(item)))
        {
            switch (kind)
            {
                case InboxMarkKind.Seen:
                    _seen.Add(item);
                    break;
                case InboxMarkKind.Read or InboxMarkKind.Clicked:
                    _seen.Add(item);
                    _read.Add(item);
                    break;
                case InboxMarkKind.Unread:
                    _read.Remove(item);
                    _archived.Remove(item);
                    break;
                case InboxMarkKind.Archived:
                    _seen.Add(item);
                    _read.Add(item);
                    _archived.Add(item);
                    break;
                case InboxMarkKind.Unarchived:
                    _archived.Remove(item);
                    break;
                default:
                    _gone.Add(item);
                    break;
            }
        }
    }

    public InboxCounts Count(IEnumerable<long> announcements)
    {
        var items = announcements.Where(item => item > From && !_gone.Contains(item)).ToList();
        return new(
            items.Count(item => !_read.Contains(item)),
            items.Count(item => !_seen.Contains(item)),
            items.Count,
            items.Count(_archived.Contains));
    }

    public List<long> List(IEnumerable<long> announcements, InboxFilter filter) =>
    [
        .. announcements
            .Where(item => item > From && !_gone.Contains(item))
            .Where(item => filter switch
            {
                InboxFilter.Unread => !_read.Contains(item),
                InboxFilter.Archived => _archived.Contains(item),
                _ => !_archived.Contains(item),
            })
            .OrderDescending(),
    ];

    /// <summary>Forgets everything above an offset, or everything.</summary>
    public void Clip(long last)
    {
        foreach (var set in new[] { _seen, _read, _archived, _gone })
        {
            set.RemoveWhere(item => item > last);
        }
    }
}
