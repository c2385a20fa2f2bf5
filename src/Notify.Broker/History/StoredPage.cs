using Notify.Broker.Channels;

namespace Notify.Broker.History;

/// <summary>Represents a part of a channel's history.</summary>
/// <param name="From">The offset before the page; the channel's floor when a requested part has been removed.</param>
/// <param name="Notifications">The notifications, oldest first, without gaps; null when a requested part has been removed.</param>
public sealed record StoredPage(long From, IReadOnlyList<Notification>? Notifications)
{
    /// <summary>The offset that requests all stored notifications.</summary>
    public const long Earliest = -1;

    /// <summary>Gets whether a part that should exist cannot be read: rows are missing, or a part of the file is damaged.</summary>
    public bool IsDamaged { get; init; }
}
