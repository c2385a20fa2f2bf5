using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Notify.Protocol.Tokens;

/// <summary>
/// Reads tokens (compact JWS, RFC 7515 and RFC 7519) before their signature is verified, and refuses every form that two parsers could
/// understand differently: padding, duplicate members, invalid UTF-8, numbers as strings, extensions (<c>crit</c>).
/// </summary>
public static class TokenShape
{
    /// <summary>The length of the longest token, in characters.</summary>
    public const int MaxLength = 8192;

    /// <summary>The length of the longest <c>kid</c>, in bytes of UTF-8.</summary>
    public const int MaxKeyIdBytes = 128;

    // RFC 9068 for access tokens of identity providers; the last one is for tokens that are meant for this server only.
    private static readonly string[] Types = ["JWT", "at+jwt", "application/at+jwt", "notify+jwt"];

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>Reads a token of any length. Never throws.</summary>
    public static TokenReading Read(string token, TokenRules rules)
    {
        if (token.Length > MaxLength)
        {
            return Wrong($"it has more than {MaxLength} characters");
        }

        var parts = token.AsSpan();
        Span<Range> ranges = stackalloc Range[4];
        if (parts.Split(ranges, '.') != 3)
        {
            return Wrong("it does not have three parts, as a signed JWT has");
        }

        var signature = parts[ranges[2]];
        if (signature.IsEmpty || Decode(signature) is null)
        {
            return Wrong("its signature is not base64url without padding");
        }

        using var header = Parse(parts[ranges[0]], "header", out var error);
        if (header is null)
        {
            return Wrong(error);
        }

        var (failure, detail) = ReadHeader(header.RootElement, out var read);
        if (failure != TokenFailure.None)
        {
            return new TokenReading { Failure = failure, Detail = detail };
        }

        using var payload = Parse(parts[ranges[1]], "payload", out error);
        if (payload is null)
        {
            return Wrong(error, read);
        }

        var reader = new ClaimReader(payload.RootElement);
        var claims = reader.Read(rules);
        return claims is null
            ? Wrong(reader.Error, read, reader.Issuer)
            : new TokenReading { Header = read, Claims = claims, Issuer = claims.Issuer };
    }

    /// <summary>Reads a string. Returns null for another kind of value, and for a string with half of a surrogate pair.</summary>
    internal static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // The only way to learn of an escaped half.
            return null;
        }
    }

    private static (TokenFailure Failure, string Detail) ReadHeader(JsonElement header, out TokenHeader? read)
    {
        read = null;
        if (!header.TryGetProperty("alg"u8, out var alg) || TextOf(alg) is not { } algorithm)
        {
            return (TokenFailure.Malformed, "its header has no alg that is a string");
        }

        if (header.TryGetProperty("typ"u8, out var typ))
        {
            if (TextOf(typ) is not { } type)
            {
                return (TokenFailure.Malformed, "typ in its header is not a string");
            }

            // Media types do not distinguish case (RFC 7515, section 4.1.9).
            if (!Types.Contains(type, StringComparer.OrdinalIgnoreCase))
            {
                return (TokenFailure.WrongType, $"typ in its header is not one of {string.Join(", ", Types)}");
            }
        }

        if (header.TryGetProperty("crit"u8, out _))
        {
            return (TokenFailure.BadAlgorithm, "its header has crit, and this server knows no extensions");
        }

        string? keyId = null;
        if (header.TryGetProperty("kid"u8, out var kid))
        {
            keyId = TextOf(kid);
            if (keyId is null || Encoding.UTF8.GetByteCount(keyId) > MaxKeyIdBytes)
            {
                return (TokenFailure.Malformed, $"kid in its header is not a string of at most {MaxKeyIdBytes} bytes");
            }
        }

        read = new TokenHeader(algorithm, keyId);
        return (TokenFailure.None, "");
    }

    private static JsonDocument? Parse(ReadOnlySpan<char> part, string name, out string error)
    {
        if (Decode(part) is not { } json)
        {
            error = $"its {name} is not base64url without padding";
            return null;
        }

        if (!Utf8.IsValid(json))
        {
            error = $"its {name} is not UTF-8";
            return null;
        }

        try
        {
            var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                error = "";
                return document;
            }

            document.Dispose();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second one is thrown for names with half of a surrogate pair.
        }

        error = $"its {name} is not a JSON object without duplicate members and of at most {Strict.MaxDepth} levels";
        return null;
    }

    // The framework's decoder also accepts padding and white space, and throws for what is not canonical.
    private static byte[]? Decode(ReadOnlySpan<char> part) =>
        part.ContainsAnyExcept(Alphabet) || part.Length % 4 == 1 || !IsCanonical(part) ? null : Base64Url.DecodeFromChars(part);

    // Bits behind the last byte must be zero, or several texts would mean the same bytes (RFC 4648, section 3.5).
    private static bool IsCanonical(ReadOnlySpan<char> part) => (part.Length % 4) switch
    {
        2 => "AQgw".Contains(part[^1]),
        3 => "AEIMQUYcgkosw048".Contains(part[^1]),
        _ => true,
    };

    private static TokenReading Wrong(string detail, TokenHeader? header = null, string? issuer = null) =>
        new() { Header = header, Issuer = issuer, Failure = TokenFailure.Malformed, Detail = detail };
}
