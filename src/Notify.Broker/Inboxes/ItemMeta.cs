using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Notify.Broker.Inboxes;

/// <summary>Represents the fields beside a notification that the broker itself acts on. The others are only passed on.</summary>
/// <param name="Category">The category; null for none.</param>
/// <param name="Tags">The tags.</param>
/// <param name="Effects">What the publish does to the inbox.</param>
public sealed record ItemMeta(string? Category, IReadOnlyList<string> Tags, ItemEffects Effects)
{
    /// <summary>The maximum size of the fields, in bytes of JSON.</summary>
    public const int MaxBytes = 1024;

    private static readonly ItemMeta None = new(null, [], default);

    /// <summary>Reads the fields of a notification.</summary>
    /// <param name="json">A JSON object in UTF-8, as it was checked at the publish; empty for none.</param>
    public static ItemMeta Parse(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty)
        {
            return None;
        }

        using var document = JsonDocument.Parse(json);
        var fields = document.RootElement;
        return new ItemMeta(
            fields.TryGetProperty("category", out var category) ? category.GetString() : null,
            fields.TryGetProperty("tags", out var tags) ? [.. tags.EnumerateArray().Select(static tag => tag.GetString()!)] : [],
            new ItemEffects(
                fields.TryGetProperty("collapseKey", out var key) ? KeyOf(key.GetString()!) : null,
                fields.TryGetProperty("expiresAt", out var at) ? at.GetDateTimeOffset().ToUnixTimeSeconds() : null,
                fields.TryGetProperty("silent", out var silent) && silent.GetBoolean()));
    }

    /// <summary>Returns the number by which the state knows a collapse key: the first 8 bytes of its SHA-256.</summary>
    public static long KeyOf(string collapseKey) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(collapseKey)));

    /// <summary>Returns whether a list that is limited to a category, or to any of some tags, has the item.</summary>
    public bool Matches(string? category, IReadOnlyCollection<string> tags) =>
        (category is null || category == Category) && (tags.Count == 0 || Tags.Any(tags.Contains));
}
