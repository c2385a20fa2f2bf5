using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Notify.Broker.Recovery;

/// <summary>
/// Makes and recognises the private ids of sessions that can be recovered: 32 URL-safe characters, 192 bits. 48 name this life of
/// the node, so that it is known who holds the session and whether it can still be asked; 144 are random, because who knows the id may
/// take the session over.
/// </summary>
public sealed class PrivateIds
{
    /// <summary>The length of an id, in characters.</summary>
    public const int Length = 32;

    private const int Bytes = 24;
    private const int NodeBytes = 6;

    private readonly byte[] _node = RandomNumberGenerator.GetBytes(NodeBytes);

    /// <summary>A new id.</summary>
    public string Next()
    {
        Span<byte> id = stackalloc byte[Bytes];
        _node.CopyTo(id);
        RandomNumberGenerator.Fill(id[NodeBytes..]);
        return Base64Url.EncodeToString(id);
    }

    /// <summary>Whether a client may have been given <paramref name="text"/> as private id, by whatever node.</summary>
    public static bool IsPrivateId(string text)
    {
        Span<byte> id = stackalloc byte[Bytes];
        return text.Length == Length && Base64Url.DecodeFromChars(text, id, out _, out var written) == OperationStatus.Done && written == Bytes;
    }

    /// <summary>Whether this life of the node gave the private id <paramref name="id"/>.</summary>
    public bool IsOwn(string id)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        return Base64Url.DecodeFromChars(id, bytes, out _, out _) == OperationStatus.Done && bytes[..NodeBytes].SequenceEqual(_node);
    }
}
