using Notify.Broker.Channels;

namespace Notify.Broker.History;

/// <summary>A channel as its owner found it, and the proof of the ownership. Made by a store, and given back to it with every call.</summary>
/// <param name="name">The channel's name.</param>
/// <param name="head">The position of the newest notification that is kept.</param>
/// <param name="recent">The newest sends, with their offsets, as far back as one may be asked again; empty when there are none.</param>
public class ClaimedChannel(string name, Position head, IReadOnlyList<(PublishId Id, long Offset)> recent)
{
    /// <summary>The channel's name.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// Whether the store knows the channel. One that it does not know has only been asked for; it is begun by <see cref="IHistoryStore.BeginAsync"/>
    /// before anything is appended.
    /// </summary>
    public bool IsKnown { get; init; } = true;

    /// <summary>The position of the newest notification that was kept when the channel was claimed.</summary>
    public Position Head { get; } = head;

    /// <summary>The identity of the newest notification; null when it is not kept any more.</summary>
    public PublishId? Newest { get; init; }

    /// <summary>The newest sends, with their offsets, as far back as one may be asked again.</summary>
    public IReadOnlyList<(PublishId Id, long Offset)> Recent { get; } = recent;
}
