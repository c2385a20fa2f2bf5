using System.Buffers;
using System.Globalization;
using System.Text;

namespace Notify.Protocol.SocketIo;

/// <summary>
/// What a client that comes back received last, as it tells by the <c>offset</c> of its connect request: the last string that stood
/// at the end of an event. <c>1:epoch:offset:channel</c> is a position of a session that had this one channel,
/// <c>2:epoch:offset:channel</c> of one whose channels only its holder knows, <c>0:number</c> a mark without a position.
/// </summary>
public abstract record LastReceived
{
    internal const byte Alone = (byte)'1';
    internal const byte Among = (byte)'2';

    private const int MaxEpoch = 64;
    private const int MaxChannelBytes = 200;

    // The longest there can be: kind, epoch, any number, channel, and the colons between.
    private const int MaxLength = 1 + MaxEpoch + 20 + MaxChannelBytes + 3;

    private static readonly SearchValues<char> EpochCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private LastReceived()
    {
    }

    /// <summary>Reads the string; null stands for none. Whatever it is, it is never an error: what cannot be read is <see cref="Unknown"/>.</summary>
    public static LastReceived Parse(string? text)
    {
        if (text is null)
        {
            return Nothing.Instance;
        }

        if (text.Length is < 3 or > MaxLength || text[1] != ':')
        {
            return Unknown.Instance;
        }

        return text[0] switch
        {
            '0' when TryReadNumber(text.AsSpan(2), out var number) && number <= int.MaxValue => new Mark((int)number),
            '1' => ParsePosition(text, isAlone: true),
            '2' => ParsePosition(text, isAlone: false),
            _ => Unknown.Instance,
        };
    }

    private static LastReceived ParsePosition(string text, bool isAlone)
    {
        Span<Range> parts = stackalloc Range[4];
        var span = text.AsSpan();

        // A channel's name may hold colons: it is the rest.
        if (span.Split(parts, ':') != 4
            || span[parts[1]] is not { Length: > 0 and <= MaxEpoch } epoch || epoch.ContainsAnyExcept(EpochCharacters)
            || !TryReadNumber(span[parts[2]], out var offset)
            || Encoding.UTF8.GetByteCount(span[parts[3]]) > MaxChannelBytes)
        {
            return Unknown.Instance;
        }

        return new Position(span[parts[3]].ToString(), epoch.ToString(), offset, isAlone);
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>No string at all.</summary>
    public sealed record Nothing : LastReceived
    {
        /// <summary>The only one.</summary>
        public static readonly Nothing Instance = new();

        private Nothing()
        {
        }
    }

    /// <summary>A string that no server of this kind has given.</summary>
    public sealed record Unknown : LastReceived
    {
        /// <summary>The only one.</summary>
        public static readonly Unknown Instance = new();

        private Unknown()
        {
        }
    }

    /// <summary>A mark that the session was given: nothing can be resumed from it but by who has the session's log.</summary>
    /// <param name="Number">Which of the session's marks; 0 stands at its beginning.</param>
    public sealed record Mark(int Number) : LastReceived;

    /// <summary>A notification.</summary>
    /// <param name="Channel">Its channel, at most 200 bytes of UTF-8.</param>
    /// <param name="Epoch">The life of the channel's history that the offset belongs to.</param>
    /// <param name="Offset">Its offset, never negative.</param>
    /// <param name="IsAlone">Whether the session had no other channel, so that it can be resumed from here by anybody.</param>
    public sealed record Position(string Channel, string Epoch, long Offset, bool IsAlone) : LastReceived;
}
