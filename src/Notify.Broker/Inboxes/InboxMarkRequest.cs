namespace Notify.Broker.Inboxes;

/// <summary>
/// Represents one requested mark, whose items the owner of the inbox finds. Exactly one of <paramref name="Offsets"/>,
/// <paramref name="Ids"/> and <paramref name="IsAll"/> names them.
/// </summary>
/// <param name="Kind">What changes.</param>
/// <param name="Epoch">The epoch of <paramref name="Offsets"/>; null without offsets.</param>
/// <param name="Offsets">The offsets of the items, or null.</param>
/// <param name="Ids">The ids of the notifications, as clients see them; empty for none.</param>
/// <param name="IsAll">Whether all items up to the newest are meant.</param>
public sealed record InboxMarkRequest(
    InboxMarkKind Kind, string? Epoch, RangeSet? Offsets, IReadOnlyList<string> Ids, bool IsAll)
{
    /// <summary>The maximum number of marks in one request.</summary>
    public const int MaxMarks = 64;

    /// <summary>The maximum number of ranges or ids in one mark.</summary>
    public const int MaxItems = 100;
}
