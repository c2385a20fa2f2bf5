namespace Notify.Broker.Inboxes;

/// <summary>Represents one change that a user makes to items of an inbox.</summary>
/// <param name="Kind">What changes.</param>
/// <param name="Items">The offsets of the items. Those that are not in the inbox are ignored.</param>
/// <param name="Of">The announcements to which the items belong; null for the channel of the inbox itself.</param>
public sealed record InboxMark(InboxMarkKind Kind, RangeSet Items, AnnouncementHead? Of = null);
