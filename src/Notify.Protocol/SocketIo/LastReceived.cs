using System.Buffers;
using System.Globalization;
using System.Text;

namespace Notify.Protocol.SocketIo;

/// <summary>
/// Represents the last event that a reconnecting client received, from the <c>offset</c> of its connect request: the last string at the end
/// of an event. <c>1:epoch:offset:channel</c> is a position in a session with this one channel, <c>2:epoch:offset:channel</c> a position in
/// a session whose channels only its node knows, and <c>0:number</c> a mark without a position.
/// </summary>
public abstract record LastReceived
{
    internal const byte Alone = (byte)'1';
    internal const byte Among = (byte)'2';

    private const int MaxEpoch = 64;
    private const int MaxChannelBytes = 200;

    // The maximum length: kind, epoch, any number, channel, and the colons between them.
    private const int MaxLength = 1 + MaxEpoch + 20 + MaxChannelBytes + 3;

    private static readonly SearchValues<char> EpochCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private LastReceived()
    {
    }

    /// <summary>Parses the string; null means none. An invalid string is not an error but <see cref="Unknown"/>.</summary>
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

        // The channel's name comes last, because it may contain colons.
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

    /// <summary>Represents a missing string.</summary>
    public sealed record Nothing : LastReceived
    {
        /// <summary>The single instance.</summary>
        public static readonly Nothing Instance = new();

        private Nothing()
        {
        }
    }

    /// <summary>Represents a string that did not come from a Notify server.</summary>
    public sealed record Unknown : LastReceived
    {
        /// <summary>The single instance.</summary>
        public static readonly Unknown Instance = new();

        private Unknown()
        {
        }
    }

    /// <summary>Represents a mark that the session received. Only the node with the session's delivery log can recover from it.</summary>
    /// <param name="Number">The number of the mark; 0 is at the beginning of the session.</param>
    public sealed record Mark(int Number) : LastReceived;

    /// <summary>Represents a notification.</summary>
    /// <param name="Channel">Its channel, at most 200 bytes of UTF-8.</param>
    /// <param name="Epoch">The epoch that the offset belongs to.</param>
    /// <param name="Offset">Its offset, never negative.</param>
    /// <param name="IsAlone">Whether the session had no other channel, so that any node can recover it from here.</param>
    public sealed record Position(string Channel, string Epoch, long Offset, bool IsAlone) : LastReceived;
}
