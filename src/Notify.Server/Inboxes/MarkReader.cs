using System.Text.Json;
using Notify.Broker.Channels;
using Notify.Broker.Inboxes;

namespace Notify.Server.Inboxes;

/// <summary>
/// Reads the marks of a request: one mark, whose members are those of the object itself, or several in <c>marks</c>. The first error is
/// stored in <see cref="Problem"/>.
/// </summary>
internal sealed class MarkReader
{
    private static readonly string[] MarkMembers = ["as", "upTo", "offsets", "ids", "all", "collapseKey", "category", "epoch", "of"];

    // Only backends recall, by a request of its own.
    private static readonly Dictionary<string, InboxMarkKind> Kinds = Enum.GetValues<InboxMarkKind>()
        .Where(static kind => kind != InboxMarkKind.Recalled)
        .ToDictionary(static kind => kind.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>Gets the members of a request: those of a mark, and the list of marks.</summary>
    public static IReadOnlyList<string> Members { get; } = ["marks", .. MarkMembers];

    /// <summary>Gets whether marks may name announcements. The caller then checks which.</summary>
    public bool TakesAnnouncements { get; init; }

    /// <summary>Gets a sentence about the first error; null when there is none.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads the marks of a request; empty when there is an error.</summary>
    public IReadOnlyList<InboxMarkRequest> Read(JsonElement request)
    {
        if (!request.TryGetProperty("marks", out var list))
        {
            return Mark(request) is { } only ? [only] : [];
        }

        if (MarkMembers.FirstOrDefault(member => request.TryGetProperty(member, out _)) is { } extra)
        {
            return Refuse<InboxMarkRequest[]>($"marks and {extra} are both given; {extra} belongs in a mark.") ?? [];
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > InboxMarkRequest.MaxMarks)
        {
            return Refuse<InboxMarkRequest[]>($"marks is not a list of 1 to {InboxMarkRequest.MaxMarks} objects.") ?? [];
        }

        var marks = new List<InboxMarkRequest>();
        foreach (var item in list.EnumerateArray())
        {
            if (Mark(item) is not { } mark)
            {
                return [];
            }

            marks.Add(mark);
        }

        return marks;
    }

    private InboxMarkRequest? Mark(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            return Refuse<InboxMarkRequest>("A mark is not an object.");
        }

        if (!item.TryGetProperty("as", out var name)
            || name.ValueKind != JsonValueKind.String
            || !Kinds.TryGetValue(Text(name), out var kind))
        {
            return Refuse<InboxMarkRequest>($"as is not one of {string.Join(", ", Kinds.Keys)}.");
        }

        var isAll = item.TryGetProperty("all", out var all);
        var (offsets, ids) = (Offsets(item), Ids(item));
        if (isAll && all.ValueKind != JsonValueKind.True)
        {
            Refuse<object>("all is not true.");
        }

        var (key, category) = (Member(item, "collapseKey"), Member(item, "category"));
        var given = new[]
        {
            item.TryGetProperty("upTo", out _), item.TryGetProperty("offsets", out _), ids is not null, isAll, key is not null,
        };
        if (given.Count(static each => each) != 1)
        {
            Refuse<object>("A mark needs exactly one of upTo, offsets, ids, collapseKey and all.");
        }

        var epoch = item.TryGetProperty("epoch", out var value) && value.ValueKind == JsonValueKind.String ? Text(value) : null;
        if (offsets is not null && epoch is null)
        {
            Refuse<object>("epoch is missing: offsets count within the epoch that the inbox was read with.");
        }

        var of = Member(item, "of");
        if (of is not null && !TakesAnnouncements)
        {
            Refuse<object>("of is not possible here.");
        }

        var mark = new InboxMarkRequest(kind, offsets is null ? null : epoch, offsets, ids ?? [], isAll)
        {
            CollapseKey = key,
            Category = category,
            Of = of,
        };
        return Problem is null ? mark : null;
    }

    /// <summary>Reads the members <c>upTo</c> and <c>offsets</c>; null when both are missing.</summary>
    public RangeSet? Offsets(JsonElement item)
    {
        if (item.TryGetProperty("upTo", out var upTo))
        {
            return IsOffset(upTo, out var last)
                ? RangeSet.Of(1, last)
                : Refuse<RangeSet>("upTo is not an offset: a whole number, 0 or more.");
        }

        if (!item.TryGetProperty("offsets", out var list))
        {
            return null;
        }

        var ranges = new List<OffsetRange>();
        if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and <= InboxMarkRequest.MaxItems)
        {
            foreach (var entry in list.EnumerateArray())
            {
                if (IsOffset(entry, out var offset))
                {
                    ranges.Add(new OffsetRange(offset, offset));
                }
                else if (entry.ValueKind == JsonValueKind.Array
                    && entry.GetArrayLength() == 2
                    && IsOffset(entry[0], out var from)
                    && IsOffset(entry[1], out var to))
                {
                    ranges.Add(new OffsetRange(from, to));
                }
                else
                {
                    ranges.Clear();
                    break;
                }
            }
        }

        return ranges.Count > 0
            ? RangeSet.Of(ranges)
            : Refuse<RangeSet>($"offsets is not a list of 1 to {InboxMarkRequest.MaxItems} offsets and ranges, for example [3,[5,9]].");
    }

    private string? Member(JsonElement item, string name)
    {
        if (!item.TryGetProperty(name, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? Text(value) : Refuse<string>($"{name} is not a string.");
    }

    private List<string>? Ids(JsonElement item)
    {
        if (!item.TryGetProperty("ids", out var list))
        {
            return null;
        }

        var isList = list.ValueKind == JsonValueKind.Array
            && list.GetArrayLength() is > 0 and <= InboxMarkRequest.MaxItems
            && list.EnumerateArray().All(static id => id.ValueKind == JsonValueKind.String);
        return isList
            ? [.. list.EnumerateArray().Select(Text).Select(IdOf)]
            : Refuse<List<string>>($"ids is not a list of 1 to {InboxMarkRequest.MaxItems} ids of notifications.");
    }

    /// <summary>Returns an id in the form of the answers to publishes. A backend may name its own UUID.</summary>
    public static string IdOf(string text) => PublishId.TryParse(text, out var id) ? id.ToString() : text;

    private static bool IsOffset(JsonElement value, out long offset)
    {
        offset = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out offset) && offset >= 0;
    }

    private static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // The escape of a lone surrogate, which no kind, epoch or id contains.
            return "";
        }
    }

    private T? Refuse<T>(string problem)
        where T : class
    {
        Problem ??= problem;
        return null;
    }
}
