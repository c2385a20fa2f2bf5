using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Notify.Broker.Recovery;

/// <summary>
/// Creates and recognizes the private ids of recoverable sessions: 32 URL-safe characters, 192 bits. 48 bits identify this incarnation of
/// the node, so that other nodes know the holder of the session and whether it still exists. 144 bits are random, because the id permits
/// any client to take the session over.
/// </summary>
public sealed class PrivateIds
{
    /// <summary>The length of an id, in characters.</summary>
    public const int Length = 32;

    private const int Bytes = 24;
    private const int NodeBytes = 6;

    private readonly byte[] _node = RandomNumberGenerator.GetBytes(NodeBytes);

    /// <summary>Creates an id.</summary>
    public string Next()
    {
        Span<byte> id = stackalloc byte[Bytes];
        _node.CopyTo(id);
        RandomNumberGenerator.Fill(id[NodeBytes..]);
        return Base64Url.EncodeToString(id);
    }

    /// <summary>Returns whether <paramref name="text"/> has the form of a private id of any node.</summary>
    public static bool IsPrivateId(string text)
    {
        Span<byte> id = stackalloc byte[Bytes];
        return text.Length == Length
            && Base64Url.DecodeFromChars(text, id, out _, out var written) == OperationStatus.Done
            && written == Bytes;
    }

    /// <summary>Returns whether this incarnation of the node created the private id <paramref name="id"/>.</summary>
    public bool IsOwn(string id)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        return Base64Url.DecodeFromChars(id, bytes, out _, out _) == OperationStatus.Done && bytes[..NodeBytes].SequenceEqual(_node);
    }
}
