using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Notify.Broker.Connections;

/// <summary>
/// Creates and recognizes the ids of a node's sockets: 20 URL-safe characters, 120 bits. 16 bits identify the node and its incarnation, so
/// that a notification for a socket's own room finds it. 80 bits are random, because a session's id permits any client to act for the
/// session. 24 bits are a checksum, so that a channel with a similar name is not mistaken for a socket.
/// </summary>
public sealed class SocketIds
{
    /// <summary>The length of an id, in characters.</summary>
    public const int Length = 20;

    private const int Bytes = 15;
    private const int CheckedBytes = 12;
    private const int NodeBytes = sizeof(ushort);
    private const int RandomBytes = CheckedBytes - NodeBytes;

    // Random bytes for the next ids of a thread: a request for ten of them costs as much as one for hundreds.
    [ThreadStatic]
    private static byte[]? _random;

    [ThreadStatic]
    private static int _randomLeft;

    /// <summary>Creates the ids for this incarnation of the node.</summary>
    /// <param name="node">Random bits.</param>
    public SocketIds(ushort node)
    {
        Node = node;
    }

    /// <summary>Gets the bits that identify this incarnation of the node in each id.</summary>
    public ushort Node { get; }

    /// <summary>Creates an id.</summary>
    public string Next()
    {
        Span<byte> id = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt16BigEndian(id, Node);
        TakeRandom(id[NodeBytes..CheckedBytes]);
        WriteCheck(id);
        return Base64Url.EncodeToString(id);
    }

    /// <summary>Returns whether <paramref name="name"/> is the id of a socket of any node, whether or not it exists.</summary>
    public static bool IsSocketId(string name) => TryReadNode(name, out _);

    /// <summary>Returns the node incarnation in an id. Returns false when <paramref name="name"/> is not the id of a socket.</summary>
    public static bool TryReadNode(string name, out ushort node)
    {
        node = 0;
        if (name.Length != Length)
        {
            return false;
        }

        Span<byte> id = stackalloc byte[Bytes];
        if (Base64Url.DecodeFromChars(name, id, out _, out var written) != OperationStatus.Done || written != Bytes)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[Bytes];
        id.CopyTo(expected);
        WriteCheck(expected);
        node = BinaryPrimitives.ReadUInt16BigEndian(id);
        return expected.SequenceEqual(id);
    }

    private static void TakeRandom(Span<byte> bytes)
    {
        _random ??= new byte[RandomBytes * 64];
        if (_randomLeft == 0)
        {
            RandomNumberGenerator.Fill(_random);
            _randomLeft = _random.Length;
        }

        _randomLeft -= bytes.Length;
        var taken = _random.AsSpan(_randomLeft, bytes.Length);
        taken.CopyTo(bytes);
        taken.Clear();
    }

    // FNV-1a, folded to 24 bits. The checksum only detects chance and protects no secret.
    private static void WriteCheck(Span<byte> id)
    {
        var hash = 2166136261u;
        foreach (var value in id[..CheckedBytes])
        {
            hash = (hash ^ value) * 16777619u;
        }

        hash = (hash >> 24) ^ (hash & 0xFFFFFF);
        id[CheckedBytes] = (byte)(hash >> 16);
        id[CheckedBytes + 1] = (byte)(hash >> 8);
        id[CheckedBytes + 2] = (byte)hash;
    }
}
