using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Notify.Broker.History;

/// <summary>
/// Makes the epochs of channels that begin. A channel that has never been sent to is not stored, so that joining names without end writes
/// nothing; yet a client that joins one gets a position that is good after a restart, because its epoch follows from the store, the name
/// and the time. Time is cut into periods as long as a store knows a channel after its last notification. A life of a channel so ends in a
/// later period than it began in, and the next one has another epoch.
/// </summary>
public static class InitialEpoch
{
    private const int Length = 16;
    private const int StoreBytes = 3;
    private const int NameBytes = 3;

    /// <summary>Makes the epoch of a channel that is not known to its store.</summary>
    /// <param name="store">The identity of the store; 24 bits of it count.</param>
    /// <param name="channel">The channel's name.</param>
    /// <param name="now">The time.</param>
    /// <param name="memory">How long the store knows a channel after its last notification; whole hours count, from 1 hour to 7 years.</param>
    public static string New(int store, string channel, DateTimeOffset now, TimeSpan memory)
    {
        var hours = (ushort)Math.Clamp(memory.TotalHours, 1, ushort.MaxValue);
        Span<byte> bytes = stackalloc byte[Length / 4 * 3];
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(number, store);
        number[..StoreBytes].CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[StoreBytes..], hours);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[(StoreBytes + sizeof(ushort))..], (uint)(now.ToUnixTimeSeconds() / 3600 / hours));

        // So that the epochs of two channels differ, on which clients rely that keep many positions in little room.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(channel), hash);
        hash[..NameBytes].CopyTo(bytes[^NameBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>
    /// Whether two epochs are those of one channel in one store, in whatever periods. For whoever has listened all the time and has been told
    /// nothing: nothing is lost when a new owner names the channel by another period.
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
        epoch.Length == Length && Base64Url.IsValid(epoch) && Base64Url.TryDecodeFromChars(epoch, bytes, out var written) && written == bytes.Length;
}
