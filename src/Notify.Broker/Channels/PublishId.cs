using System.Buffers.Text;
using System.Globalization;

namespace Notify.Broker.Channels;

/// <summary>
/// Identifies a publish, so that a repeated one is recognized: the request, and the occurrence of the channel within the request
/// (<c>["C","C"]</c> delivers twice).
/// </summary>
/// <param name="Request">The id that the endpoint assigned to the request.</param>
/// <param name="Occurrence">0 for the first occurrence of the channel, 1 for the second, and so on.</param>
public readonly record struct PublishId(Guid Request, int Occurrence)
{
    /// <summary>Parses an id as clients see it, or the UUID that a backend gave its request.</summary>
    public static bool TryParse(string text, out PublishId id)
    {
        ArgumentNullException.ThrowIfNull(text);
        id = default;
        if (Guid.TryParseExact(text, "D", out var request))
        {
            id = new PublishId(request, 0);
            return true;
        }

        var parts = text.Split('.', 2);
        var occurrence = 0;
        if (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out occurrence))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        if (!Base64Url.IsValid(parts[0], out var length) || length != bytes.Length)
        {
            return false;
        }

        Base64Url.DecodeFromChars(parts[0], bytes);
        id = new PublishId(new Guid(bytes), occurrence);
        return true;
    }

    /// <summary>Formats the id as clients see it: 22 characters, and a suffix for a repeated channel.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        Request.TryWriteBytes(bytes);
        var id = Base64Url.EncodeToString(bytes);
        return Occurrence == 0 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}.{Occurrence}");
    }
}
