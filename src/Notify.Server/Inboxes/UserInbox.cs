using Notify.Broker.Channels;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;

namespace Notify.Server.Inboxes;

/// <summary>Represents the inbox of a user at one version, together with the announcements that belong to it.</summary>
/// <param name="Page">The channel of the user, with a page of its items.</param>
/// <param name="State">The marks.</param>
/// <param name="Follows">What the user has of each announcement channel, and its head.</param>
internal sealed record UserInbox(
    InboxPage Page, InboxState State, IReadOnlyList<(FollowState Follow, AnnouncementHead Head)> Follows)
{
    /// <summary>Gets the numbers of items of the user's own channel.</summary>
    public InboxCounts Own { get; } = State.Count(Page.Head.Offset);

    /// <summary>Gets the numbers of all items, which is what a bell shows.</summary>
    public InboxCounts Badge => Follows.Select(static each => each.Follow.Count(each.Head)).Aggregate(
        Own,
        static (sum, more) => new(
            sum.Unread + more.Unread, sum.Unseen + more.Unseen, sum.Total + more.Total, sum.Archived + more.Archived));

    /// <summary>
    /// Gets a text that differs between versions with different numbers. The numbers are part of it: items expire without a change of the
    /// marks until an owner removes them.
    /// </summary>
    public string Version => string.Join(
        '-',
        Follows
            .Select(static each => $"{Of(each.Head.Head, each.Head.Revision)}.{each.Follow.FloorAt(each.Head)}")
            .Prepend($"{Of(Page.Head, Page.Revision)}.{Badge.Unread}.{Badge.Total}"));

    /// <summary>Returns the marks of the items of a channel.</summary>
    public InboxState StateOf(string channel) =>
        channel == Page.Channel ? State : Follows.First(each => each.Head.Name == channel).Follow.ToInbox();

    private static string Of(Position head, long revision) => $"{head.Epoch}.{head.Offset}.{revision}";
}
