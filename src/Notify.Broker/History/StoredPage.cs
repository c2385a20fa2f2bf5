using Notify.Broker.Channels;

namespace Notify.Broker.History;

/// <summary>A part of a channel's history.</summary>
/// <param name="From">The offset that the page follows; the channel's floor when a part is gone.</param>
/// <param name="Notifications">What follows it, oldest first, gapless; null when a part of what was asked for is gone.</param>
public sealed record StoredPage(long From, IReadOnlyList<Notification>? Notifications)
{
    /// <summary>Asked for as an offset: everything that is kept.</summary>
    public const long Earliest = -1;

    /// <summary>Whether what was asked for should be there, and cannot be read: rows are missing, or a part of the file is damaged.</summary>
    public bool IsDamaged { get; init; }
}
