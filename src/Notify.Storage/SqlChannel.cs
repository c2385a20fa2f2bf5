using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage;

/// <summary>A claimed channel of a database.</summary>
/// <param name="name">The channel's name.</param>
/// <param name="row">The id of its head row.</param>
/// <param name="owner">The number that the claim gave its owner; whoever claims next has another.</param>
/// <param name="head">The position of the newest notification.</param>
/// <param name="recent">The newest sends.</param>
internal sealed class SqlChannel(string name, long row, long owner, Position head, IReadOnlyList<(PublishId Id, long Offset)> recent)
    : ClaimedChannel(name, head, recent)
{
    public long Row { get; } = row;

    public long Owner { get; } = owner;
}
