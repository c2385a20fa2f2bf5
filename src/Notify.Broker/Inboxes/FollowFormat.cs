using System.Text;

namespace Notify.Broker.Inboxes;

/// <summary>
/// Encodes what a user has of announcements, as a part of <see cref="InboxFormat"/>: the number of channels, and for each one its name,
/// its epoch, the offset after which the user follows it, its floor, and the sets relative to the floor.
/// </summary>
internal static class FollowFormat
{
    // Strict, so that a decoded state encodes to the same bytes.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Encodes the channels.</summary>
    public static void Write(List<byte> bytes, FollowSet follows)
    {
        InboxFormat.Write(bytes, follows.Count);
        foreach (var follow in follows)
        {
            Write(bytes, follow.Name);
            Write(bytes, follow.Epoch);
            InboxFormat.Write(bytes, follow.From);
            InboxFormat.Write(bytes, follow.Floor);
            InboxFormat.Write(bytes, follow.Seen, follow.Floor);
            InboxFormat.Write(bytes, follow.Read, follow.Floor);
            InboxFormat.Write(bytes, follow.Archived, follow.Floor);
            InboxFormat.Write(bytes, follow.Gone, follow.Floor);
        }
    }

    /// <summary>Decodes the channels.</summary>
    /// <exception cref="InvalidDataException">The bytes are no channels.</exception>
    public static FollowSet Read(ref ReadOnlySpan<byte> bytes)
    {
        var count = InboxFormat.Read(ref bytes);
        if (count > FollowSet.Max)
        {
            throw InboxFormat.Damaged();
        }

        var follows = new List<FollowState>((int)count);
        for (var i = 0; i < count; i++)
        {
            var (name, epoch, from) = (ReadText(ref bytes), ReadText(ref bytes), InboxFormat.Read(ref bytes));
            var floor = InboxFormat.Read(ref bytes);
            if (follows.Exists(follow => follow.Name == name))
            {
                throw InboxFormat.Damaged();
            }

            follows.Add(new FollowState(name, epoch, from)
            {
                Floor = floor,
                Seen = InboxFormat.ReadSet(ref bytes, floor),
                Read = InboxFormat.ReadSet(ref bytes, floor),
                Archived = InboxFormat.ReadSet(ref bytes, floor),
                Gone = InboxFormat.ReadSet(ref bytes, floor),
            });
        }

        return FollowSet.Of(follows);
    }

    private static void Write(List<byte> bytes, string text)
    {
        var encoded = Utf8.GetBytes(text);
        InboxFormat.Write(bytes, encoded.Length);
        bytes.AddRange(encoded);
    }

    private static string ReadText(ref ReadOnlySpan<byte> bytes)
    {
        var length = InboxFormat.Read(ref bytes);
        if (length > bytes.Length)
        {
            throw InboxFormat.Damaged();
        }

        try
        {
            var text = Utf8.GetString(bytes[..(int)length]);
            bytes = bytes[(int)length..];
            return text;
        }
        catch (DecoderFallbackException)
        {
            throw InboxFormat.Damaged();
        }
    }
}
