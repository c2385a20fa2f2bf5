using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Messages;

namespace Notify.Broker.Inboxes;

/// <summary>Reads announcements at the owner of their channel. Runs in the channel's actor.</summary>
/// <param name="services">The parts of the node.</param>
/// <param name="reader">Reads the history.</param>
/// <param name="state">The channel.</param>
internal sealed class ChannelAnnouncements(ChannelServices services, ChannelReader reader, ChannelState state)
{
    private readonly AnnouncementBacklog _backlog = new(reader, services.Options.Channels.AnnounceBacklog, services.Time);

    /// <summary>Gets whether the backlog is known, so that relays can be told.</summary>
    public bool IsBacklogFound => _backlog.Found is not null;

    /// <summary>Finds the backlog.</summary>
    public Task<long> FindBacklogAsync(InboxState marks) => _backlog.FindAsync(marks.FloorAt(state.Head.Offset), state.Head.Offset);

    /// <summary>Returns the backlog as it was found last, and has it be found again if that was long ago.</summary>
    public long BacklogOf(InboxState marks)
    {
        _ = FindBacklogAsync(marks);
        return Math.Max(_backlog.Found ?? 0, marks.FloorAt(state.Head.Offset));
    }

    /// <summary>Reads the head, what marks choose among the announcements, and items. All reads begin at once, in the actor.</summary>
    /// <param name="request">The request.</param>
    /// <param name="marks">What was removed for everybody.</param>
    /// <param name="keys">The collapse keys of the announcements.</param>
    /// <exception cref="HistoryStoreException">The store is unavailable.</exception>
    public async ValueTask<AnnouncementRead> ReadAsync(ReadAnnouncement request, InboxState marks, OffsetMap keys)
    {
        var head = state.Head;
        var floor = marks.FloorAt(head.Offset);
        var gone = marks.GoneAt(services.Time.GetUtcNow().ToUnixTimeSeconds()).Clip(floor, head.Offset);
        var backlog = FindBacklogAsync(marks);
        var page = reader.ReadItemsAsync(
            [.. request.Wanted.Clip(floor, head.Offset).Except(gone).Offsets.Reverse()], request.Limit, request.Lists);
        var found = request.Marks.Any(static mark => mark.NeedsLookUp)
            ? await reader.FindAsync(
                request.Marks.SelectMany(static mark => mark.Ids).ToHashSet(StringComparer.Ordinal),
                request.Marks.Select(static mark => mark.Category).OfType<string>().ToHashSet(StringComparer.Ordinal),
                floor,
                head.Offset)
            : null;
        var (items, next) = await page;
        return new AnnouncementRead(
            state.Name,
            new(state.Name, head, marks.Revision, floor, Math.Max(floor, await backlog), gone, services.Store.IsDurable),
            [.. request.Marks.Select(mark => mark.Resolve(found, keys, head.Offset))],
            items,
            next);
    }
}
