using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Notify.Protocol.Events;

/// <summary>
/// Where a stream stands in each of its channels, as the one <c>id</c> of server-sent events can hold it: <c>key:epoch:offset</c> for
/// each channel with a position, between commas. The key is a hash of the channel's name, so that the id stays short enough for a header
/// and holds for whichever channels a client asks for next, in any order.
/// </summary>
public sealed class PositionVector
{
    private const int KeyBytes = 6;
    private const int KeyLength = 8;
    private const int MaxEpoch = 64;

    private static readonly SearchValues<char> EpochCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private readonly string[] _channels;
    private readonly string[] _keys;
    private readonly (string Epoch, long Offset)?[] _positions;

    /// <summary>A vector without positions.</summary>
    /// <param name="channels">The stream's channels, each once.</param>
    public PositionVector(IEnumerable<string> channels)
    {
        _channels = [.. channels];
        _keys = Array.ConvertAll(_channels, Key);
        _positions = new (string, long)?[_channels.Length];
    }

    /// <summary>Reads the positions that a client names. What is none of this vector's, or not in its form, says nothing.</summary>
    public void Read(string lastEventId)
    {
        ArgumentNullException.ThrowIfNull(lastEventId);
        foreach (var range in lastEventId.AsSpan().Split(','))
        {
            ReadPosition(lastEventId.AsSpan(range));
        }
    }

    /// <summary>What the client has of a channel; null when that is not known.</summary>
    public Since? Find(string channel) =>
        Array.IndexOf(_channels, channel) is >= 0 and var index && _positions[index] is { } position ? new Since.After(position.Epoch, position.Offset) : null;

    /// <summary>The client has read an event.</summary>
    public void Advance(PositionedEvent read)
    {
        ArgumentNullException.ThrowIfNull(read);
        if (Array.IndexOf(_channels, read.Channel) is >= 0 and var index)
        {
            _positions[index] = (read.Epoch, read.Offset);
        }
    }

    /// <summary>Writes the line <c>id: …</c>, its line break included.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("id: "u8);
        var isFirst = true;
        for (var i = 0; i < _keys.Length; i++)
        {
            if (_positions[i] is { } position)
            {
                // Longer than a key, two colons, a comma and any number.
                var room = output.GetSpan(position.Epoch.Length + 48);
                var comma = isFirst ? "" : ",";
                Utf8.TryWrite(room, CultureInfo.InvariantCulture, $"{comma}{_keys[i]}:{position.Epoch}:{position.Offset}", out var written);
                output.Advance(written);
                isFirst = false;
            }
        }

        output.Write("\n"u8);
    }

    private void ReadPosition(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[4];
        if (text.Split(parts, ':') != 3 || parts[0].End.Value != KeyLength)
        {
            return;
        }

        var epoch = text[parts[1]];
        var index = Array.IndexOf(_keys, text[parts[0]].ToString());
        if (index >= 0
            && epoch.Length is > 0 and <= MaxEpoch && !epoch.ContainsAnyExcept(EpochCharacters)
            && long.TryParse(text[parts[2]], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            _positions[index] = (epoch.ToString(), offset);
        }
    }

    // FNV-1a, folded to 48 bits. Two names of one client that meet would cost that client a recovery, never a notification: their epochs differ.
    private static string Key(string channel)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in Encoding.UTF8.GetBytes(channel))
        {
            hash = (hash ^ value) * 1099511628211UL;
        }

        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, hash ^ (hash >> (8 * KeyBytes)));
        return Base64Url.EncodeToString(bytes[^KeyBytes..]);
    }
}
