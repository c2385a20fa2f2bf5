using System.Text.Json;

namespace Notify.Chaos;

/// <summary>Holds how an item is marked.</summary>
/// <param name="IsSeen">Whether it was in an opened list.</param>
/// <param name="IsRead">Whether it was read.</param>
/// <param name="IsArchived">Whether it is archived.</param>
/// <param name="IsClicked">Whether its link was used.</param>
internal sealed record InboxItem(bool IsSeen, bool IsRead, bool IsArchived, bool IsClicked)
{
    /// <summary>Reads an item of a list.</summary>
    public static InboxItem Read(JsonElement json) => new(
        json.GetProperty("seen").GetBoolean(),
        json.GetProperty("read").GetBoolean(),
        json.GetProperty("archived").GetBoolean(),
        json.GetProperty("clicked").GetBoolean());

    /// <summary>Counts items by hand.</summary>
    public static InboxNumbers Count(IReadOnlyCollection<InboxItem> items) => new(
        items.Count(item => !item.IsRead), items.Count(item => !item.IsSeen), items.Count, items.Count(item => item.IsArchived));
}
