using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Notify.Protocol.Events;

/// <summary>
/// Holds a stream's position in each of its channels, and encodes all of them in the one <c>id</c> of server-sent events:
/// <c>key:epoch:offset</c> for each channel with a position, separated by commas. The key is a hash of the channel's name, so that the id
/// is short enough for a header and does not depend on the channels, or their order, in a client's next request.
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

    /// <summary>Creates a vector without positions.</summary>
    /// <param name="channels">The stream's channels, without duplicates.</param>
    public PositionVector(IEnumerable<string> channels)
    {
        _channels = [.. channels];
        _keys = Array.ConvertAll(_channels, Key);
        _positions = new (string, long)?[_channels.Length];
    }

    /// <summary>Reads the positions in a client's last event id. Malformed positions and those of other channels are ignored.</summary>
    public void Read(string lastEventId)
    {
        ArgumentNullException.ThrowIfNull(lastEventId);
        foreach (var range in lastEventId.AsSpan().Split(','))
        {
            ReadPosition(lastEventId.AsSpan(range));
        }
    }

    /// <summary>Returns the client's position in a channel; null when it is unknown.</summary>
    public Since? Find(string channel) =>
        Array.IndexOf(_channels, channel) is >= 0 and var index && _positions[index] is { } position
            ? new Since.After(position.Epoch, position.Offset)
            : null;

    /// <summary>Advances the position to that of an event that the client has read.</summary>
    public void Advance(PositionedEvent read)
    {
        ArgumentNullException.ThrowIfNull(read);
        if (Array.IndexOf(_channels, read.Channel) is >= 0 and var index)
        {
            _positions[index] = (read.Epoch, read.Offset);
        }
    }

    /// <summary>Writes the line <c>id: …</c>, including its line break.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("id: "u8);
        var isFirst = true;
        for (var i = 0; i < _keys.Length; i++)
        {
            if (_positions[i] is { } position)
            {
                // Enough for a key, two colons, a comma and any number.
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

    // FNV-1a, folded to 48 bits. If two names of one client collide, the client loses a recovery but never a notification, because their
    // epochs differ.
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
