using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Messages;

namespace Notify.Broker.Inboxes;

/// <summary>Reads what the store knows of an inbox, for its owner and beside it.</summary>
internal static class InboxReading
{
    /// <summary>
    /// Returns the stored marks of a channel. Items that the store has removed since are still counted, because a version has the same
    /// numbers for everybody: that they leave is a change of its own.
    /// </summary>
    /// <param name="store">The store, which is told of damaged marks.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="size">The number of newest notifications that are items.</param>
    public static InboxState Load(IHistoryStore store, ClaimedChannel channel, int size)
    {
        var last = channel.Head.Offset;
        var state = new InboxState(size);
        if (channel.Inbox is { } inbox)
        {
            try
            {
                state = InboxFormat.Decode(inbox.State, inbox.Revision, size);
            }
            catch (InvalidDataException exception)
            {
                store.ReportDamage(channel.Name, exception.Message);
                state = state with { Revision = inbox.Revision };
            }
        }

        return state.ClipTo(state.FloorAt(last), last);
    }

    /// <summary>
    /// Returns the marks of a channel that was stored as another kind so far: nobody should find a hundred old notifications unread. Null
    /// for a channel that was of this kind before.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="kind">What it is now: an inbox, or an announcement channel.</param>
    /// <param name="state">Its marks.</param>
    public static InboxState? Adopt(IHistoryStore store, ClaimedChannel channel, ChannelKind kind, InboxState state)
    {
        if (!store.IsDurable || !channel.IsKnown || channel.Kind == kind)
        {
            return null;
        }

        var last = channel.Head.Offset;
        var read = kind == ChannelKind.Inbox ? RangeSet.Of(1, last) : RangeSet.Empty;
        return state.Mark([new InboxMark(InboxMarkKind.Read, read)], last) ?? state with { Revision = state.Revision + 1 };
    }

    /// <summary>Reads a page of items, and the marks.</summary>
    /// <param name="request">The request.</param>
    /// <param name="state">The marks.</param>
    /// <param name="head">The position of the newest notification.</param>
    /// <param name="reader">Reads the items.</param>
    /// <exception cref="HistoryStoreException">The store is unavailable.</exception>
    public static async ValueTask<InboxPage> ReadAsync(ReadInbox request, InboxState state, Position head, ChannelReader reader)
    {
        var marks = Encode(state, head);
        if (request.Limit == 0)
        {
            return new InboxPage(request.Channel, IsInbox: true, head, state.Revision, marks, [], null);
        }

        var wanted = state.Select(request.Filter, request.Before, int.MaxValue, head.Offset);
        var (page, next) = await reader.ReadItemsAsync(
            wanted, request.Limit, item => request.IsUnlimited || ItemMeta.Parse(item.Meta).Matches(request.Category, request.Tags));
        return new InboxPage(request.Channel, IsInbox: true, head, state.Revision, marks, page, next);
    }

    /// <summary>Encodes the marks of the items.</summary>
    /// <param name="state">The marks.</param>
    /// <param name="head">The position of the newest notification.</param>
    public static byte[] Encode(InboxState state, Position head) =>
        InboxFormat.Encode(state.ClipTo(state.FloorAt(head.Offset), head.Offset));
}
