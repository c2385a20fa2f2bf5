using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Notify.Broker.History;

/// <summary>
/// Creates the epochs of new channels. A channel without a publish is not stored, so that a client that joins an endless number of names
/// causes no writes. Its position must still be valid after a restart. The epoch is therefore derived from the store, the name and the
/// time. Time is divided into periods as long as a store remembers a channel after its last notification. An epoch therefore ends in a
/// later period than it began in, and the next epoch is a different one.
/// </summary>
public static class InitialEpoch
{
    private const int Length = 16;
    private const int StoreBytes = 3;
    private const int NameBytes = 3;

    /// <summary>Creates the epoch of a channel that its store does not know.</summary>
    /// <param name="store">The identity of the store, of which 24 bits are used.</param>
    /// <param name="channel">The channel's name.</param>
    /// <param name="now">The time.</param>
    /// <param name="memory">How long the store remembers a channel after its last notification; whole hours count, from 1 hour to 7
    /// years.</param>
    public static string New(int store, string channel, DateTimeOffset now, TimeSpan memory)
    {
        var hours = (ushort)Math.Clamp(memory.TotalHours, 1, ushort.MaxValue);
        Span<byte> bytes = stackalloc byte[Length / 4 * 3];
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(number, store);
        number[..StoreBytes].CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[StoreBytes..], hours);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[(StoreBytes + sizeof(ushort))..], (uint)(now.ToUnixTimeSeconds() / 3600 / hours));

        // Makes the epochs of two channels differ. Clients that encode many positions in little space depend on this.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(channel), hash);
        hash[..NameBytes].CopyTo(bytes[^NameBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>
    /// Returns whether two epochs belong to the same channel in the same store, whatever their periods. For a client that was connected all
    /// the time and received nothing: nothing is lost when a new owner names the channel by another period.
    /// </summary>
    public static bool AreOfOneChannel(string one, string other)
    {
        if (one == other)
        {
            return true;
        }

        Span<byte> first = stackalloc byte[Length / 4 * 3];
        Span<byte> second = stackalloc byte[Length / 4 * 3];
        return TryDecode(one, first) && TryDecode(other, second)
            && first[..StoreBytes].SequenceEqual(second[..StoreBytes]) && first[^NameBytes..].SequenceEqual(second[^NameBytes..]);
    }

    private static bool TryDecode(string epoch, Span<byte> bytes) =>
        epoch.Length == Length
        && Base64Url.IsValid(epoch)
        && Base64Url.TryDecodeFromChars(epoch, bytes, out var written)
        && written == bytes.Length;
}
