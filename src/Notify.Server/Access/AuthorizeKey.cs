using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Notify.Server.Access;

/// <summary>
/// Identifies questions that have the same answer. The connection is no part of it, so that a client that returns is known.
/// </summary>
/// <param name="Channel">The channel.</param>
/// <param name="User">The user; null without one.</param>
/// <param name="Session">The session of the token; null without one.</param>
/// <param name="Headers">The SHA-256 of the repeated headers, as base64; null without any. The headers are secret, and not kept.</param>
internal readonly record struct AuthorizeKey(string Channel, string? User, string? Session, string? Headers)
{
    /// <summary>Returns the key of a question.</summary>
    public static AuthorizeKey Of(AuthorizeQuestion question) =>
        new(question.Channel, question.User, question.Session, question.Headers.Count == 0 ? null : Hash(question.Headers));

    // Lengths separate the texts, so that two lists of headers never have the same bytes.
    private static string Hash(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, value) in headers)
        {
            Append(hash, name);
            Append(hash, value);
        }

        return Convert.ToBase64String(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
