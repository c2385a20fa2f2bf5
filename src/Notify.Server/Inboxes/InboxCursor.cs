using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Notify.Broker.Channels;

namespace Notify.Server.Inboxes;

/// <summary>Represents where a list of items continues, as a text that clients pass back unread.</summary>
/// <param name="before">The offset in the channel of the inbox before which the list continues.</param>
/// <param name="announcements">The same for each announcement channel.</param>
internal sealed class InboxCursor(long before, IReadOnlyList<KeyValuePair<string, long>> announcements)
{
    private const string Version = "v1.";

    /// <summary>Gets the start of a list.</summary>
    public static InboxCursor Newest { get; } = new(long.MaxValue, []);

    /// <summary>Gets the offset in the channel of the inbox before which the list continues.</summary>
    public long Before => before;

    /// <summary>Returns the offset in an announcement channel before which the list continues.</summary>
    public long BeforeOf(string name)
    {
        foreach (var (channel, offset) in announcements)
        {
            if (channel == name)
            {
                return offset;
            }
        }

        // Followed since the list began.
        return long.MaxValue;
    }

    /// <summary>Encodes the cursor.</summary>
    public override string ToString()
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, before);
        foreach (var (name, offset) in announcements)
        {
            output.GetSpan(1)[0] = (byte)Encoding.UTF8.GetByteCount(name);
            output.Advance(1);
            Encoding.UTF8.GetBytes(name, output);
            Write(output, offset);
        }

        return Version + Base64Url.EncodeToString(output.WrittenSpan);
    }

    /// <summary>Decodes a text. Returns false for a text that is not from <see cref="ToString"/>.</summary>
    public static bool TryParse(string text, out InboxCursor cursor)
    {
        cursor = Newest;
        if (!text.StartsWith(Version, StringComparison.Ordinal) || !Base64Url.IsValid(text.AsSpan(Version.Length)))
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = Base64Url.DecodeFromChars(text.AsSpan(Version.Length));
        if (!TryRead(ref bytes, out var before))
        {
            return false;
        }

        var announcements = new List<KeyValuePair<string, long>>();
        while (!bytes.IsEmpty)
        {
            var end = 1 + bytes[0];
            if (end > bytes.Length || end > 1 + ChannelName.MaxBytes)
            {
                return false;
            }

            var name = Encoding.UTF8.GetString(bytes[1..end]);
            bytes = bytes[end..];
            if (!TryRead(ref bytes, out var offset))
            {
                return false;
            }

            announcements.Add(new(name, offset));
        }

        cursor = new InboxCursor(before, announcements);
        return true;
    }

    private static void Write(ArrayBufferWriter<byte> output, long offset)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(sizeof(long)), offset);
        output.Advance(sizeof(long));
    }

    private static bool TryRead(ref ReadOnlySpan<byte> bytes, out long offset)
    {
        offset = 0;
        if (bytes.Length < sizeof(long))
        {
            return false;
        }

        offset = BinaryPrimitives.ReadInt64BigEndian(bytes);
        bytes = bytes[sizeof(long)..];
        return offset >= 0;
    }
}
