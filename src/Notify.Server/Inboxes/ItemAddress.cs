using Notify.Server.Api;

namespace Notify.Server.Inboxes;

/// <summary>Names one item of an inbox.</summary>
/// <param name="Of">The announcement channel that it belongs to; null for an item of the user's own channel.</param>
/// <param name="Epoch">The epoch of its channel.</param>
/// <param name="Offset">Its offset.</param>
internal sealed record ItemAddress(string? Of, string Epoch, long Offset)
{
    private const int MaxEpoch = 100;

    /// <summary>Gets the parameters of one item.</summary>
    public static IReadOnlyList<string> Parameters { get; } = ["channel", "epoch", "offset"];

    /// <summary>Reads the parameters of one item. A channel that is given may be that of the user.</summary>
    public static ItemAddress Read(ApiQuery query) =>
        new(query.Name("channel"), query.RequiredText("epoch", MaxEpoch), query.RequiredOffset("offset"));

    /// <summary>Returns the address within the inbox of a user, whose own channel has no name in it.</summary>
    public ItemAddress Within(string inbox) => Of == inbox ? this with { Of = null } : this;
}
