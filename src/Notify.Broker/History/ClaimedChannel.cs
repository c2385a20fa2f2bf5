using Notify.Broker.Channels;

namespace Notify.Broker.History;

/// <summary>
/// Describes a channel as its owner claimed it, and proves the ownership. A store creates it and receives it with every call.
/// </summary>
/// <param name="name">The channel's name.</param>
/// <param name="head">The position of the newest stored notification.</param>
/// <param name="recent">The most recent publishes with their offsets, as far back as one may be retried; empty when there are none.</param>
public class ClaimedChannel(string name, Position head, IReadOnlyList<(PublishId Id, long Offset)> recent)
{
    /// <summary>Gets the channel's name.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// Gets whether the store knows the channel. An unknown channel must be created by <see cref="IHistoryStore.BeginAsync"/> before
    /// anything is appended.
    /// </summary>
    public bool IsKnown { get; init; } = true;

    /// <summary>Gets the position of the newest stored notification at the time of the claim.</summary>
    public Position Head { get; } = head;

    /// <summary>
    /// Gets the stored kind of the channel. It is <see cref="ChannelKind.Plain"/> for an inbox without marks that was stored before
    /// inboxes were, or before the settings made it one.
    /// </summary>
    public ChannelKind Kind { get; init; }

    /// <summary>Gets the offset before the oldest stored notification at the time of the claim.</summary>
    public long Floor { get; init; }

    /// <summary>Gets the marks of an inbox; null when nothing has been marked.</summary>
    public StoredInbox? Inbox { get; init; }

    /// <summary>Gets the id of the newest notification; null when it is no longer stored.</summary>
    public PublishId? Newest { get; init; }

    /// <summary>Gets the most recent publishes with their offsets, as far back as one may be retried.</summary>
    public IReadOnlyList<(PublishId Id, long Offset)> Recent { get; } = recent;
}
