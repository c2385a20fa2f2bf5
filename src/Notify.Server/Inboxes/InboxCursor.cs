using System.Buffers.Binary;
using System.Buffers.Text;

namespace Notify.Server.Inboxes;

/// <summary>Encodes where a list of items continues, as a text that clients pass back unread.</summary>
internal static class InboxCursor
{
    private const string Version = "v1.";

    /// <summary>Encodes an offset before which the list continues.</summary>
    public static string Of(long before)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, before);
        return Version + Base64Url.EncodeToString(bytes);
    }

    /// <summary>Decodes a text. Returns false for a text that is not from <see cref="Of"/>.</summary>
    public static bool TryParse(string text, out long before)
    {
        before = 0;
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        if (!text.StartsWith(Version, StringComparison.Ordinal)
            || !Base64Url.IsValid(text.AsSpan(Version.Length), out var length)
            || length != bytes.Length)
        {
            return false;
        }

        Base64Url.DecodeFromChars(text.AsSpan(Version.Length), bytes);
        before = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return before >= 0;
    }
}
