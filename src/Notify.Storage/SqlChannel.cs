using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage;

/// <summary>Describes a claimed channel of a database.</summary>
/// <param name="name">The channel's name.</param>
/// <param name="row">The id of the channel's head row.</param>
/// <param name="owner">The fencing number of this claim. Each later claim gets another number.</param>
/// <param name="head">The position of the newest notification.</param>
/// <param name="recent">The most recent publishes.</param>
internal sealed class SqlChannel(string name, long row, long owner, Position head, IReadOnlyList<(PublishId Id, long Offset)> recent)
    : ClaimedChannel(name, head, recent)
{
    /// <summary>The owner of a channel that was only read. No claim has this number.</summary>
    public const long Nobody = 0;

    public long Row { get; } = row;

    public long Owner { get; } = owner;

    /// <summary>Returns the kind of the channel from its first marks on.</summary>
    public ChannelKind KindWithMarks(ChannelOptions channels) =>
        channels.KindOf(Name) == ChannelKind.Announcement ? ChannelKind.Announcement : ChannelKind.Inbox;
}
