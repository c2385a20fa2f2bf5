using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Notify.Protocol.Tokens;

/// <summary>Reads the claims of one token, and remembers the first error.</summary>
/// <param name="payload">The payload: an object without duplicate members.</param>
internal sealed class ClaimReader(JsonElement payload)
{
    private const int MaxUserBytes = 190;
    private const int MaxIdBytes = 64;

    // Whole numbers up to here are exact in JSON (RFC 8259, section 6).
    private const double MaxTime = 9_007_199_254_740_991;

    /// <summary>Gets the first error, as a sentence for the log; empty when there is none.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Gets <c>iss</c>; null when it is absent or not a string.</summary>
    public string? Issuer { get; private set; }

    /// <summary>Reads the claims. Returns null after an error.</summary>
    public TokenClaims? Read(TokenRules rules)
    {
        Issuer = Text("iss", TokenShape.MaxLength);
        CheckAudience();
        var user = User(rules.UserClaim);
        var expires = Time("exp");
        if (expires is null)
        {
            Fail("exp is missing; it must be a number of seconds");
        }

        var sessionExpires = Time("session_exp") ?? expires;
        if (sessionExpires < expires)
        {
            Fail("session_exp is before exp");
        }

        var (notBefore, issued) = (Time("nbf"), Time("iat"));
        var claims = new TokenClaims
        {
            User = user,
            ExpiresAt = expires ?? 0,
            SessionExpiresAt = sessionExpires ?? 0,
            IssuedAt = issued ?? (expires ?? 0) - (long)rules.MaxAge.TotalSeconds,
            NotBefore = notBefore > issued ? notBefore : issued ?? notBefore,
            Channels = Channels(),
            Follows = Follows(),
            SessionId = Text("sid", MaxIdBytes),
            ConnectionId = Text("connection", TokenShape.MaxLength),
            Id = Text("jti", MaxIdBytes),
            Issuer = Issuer,
        };
        return Error.Length == 0 ? claims : null;
    }

    private static bool IsInteger(JsonElement value, out long number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number);
    }

    private string? User(string claim)
    {
        if (!payload.TryGetProperty(claim, out var value))
        {
            return null;
        }

        var user = IsInteger(value, out var number) ? number.ToString(CultureInfo.InvariantCulture) : TokenShape.TextOf(value);
        if (user is { Length: > 0 } && Encoding.UTF8.GetByteCount(user) <= MaxUserBytes && !user.Any(char.IsControl))
        {
            return user;
        }

        Fail(
            $"{claim} is not a string of 1 to {MaxUserBytes} bytes without control characters, and not an integer; "
                + "leave it out for a token without a user");
        return null;
    }

    private string? Text(string name, int maxBytes)
    {
        if (!payload.TryGetProperty(name, out var value))
        {
            return null;
        }

        if (TokenShape.TextOf(value) is { Length: > 0 } text && Encoding.UTF8.GetByteCount(text) <= maxBytes)
        {
            return text;
        }

        Fail($"{name} is not a string of 1 to {maxBytes} bytes");
        return null;
    }

    private long? Time(string name)
    {
        if (!payload.TryGetProperty(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && Math.Abs(seconds) <= MaxTime)
        {
            return (long)seconds;
        }

        Fail(value.ValueKind == JsonValueKind.String
            ? $"{name} is a string; it must be a number of seconds, without quotes"
            : $"{name} is not a number of seconds that a date can have");
        return null;
    }

    // Its value is compared later, with the signature verified.
    private void CheckAudience()
    {
        if (payload.TryGetProperty("aud"u8, out var audience)
            && TokenShape.TextOf(audience) is null
            && (audience.ValueKind != JsonValueKind.Array || audience.EnumerateArray().Any(static one => TokenShape.TextOf(one) is null)))
        {
            Fail("aud is neither a string nor a list of strings");
        }
    }

    private ChannelGrants Channels()
    {
        if (!payload.TryGetProperty("channels"u8, out var list))
        {
            return ChannelGrants.None;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            Fail(list.ValueKind == JsonValueKind.Object
                ? "channels is an object, and a list was expected; in PHP: array_values()"
                : "channels is not a list of strings");
            return ChannelGrants.None;
        }

        if (list.GetArrayLength() > ChannelGrants.MaxPatterns)
        {
            Fail($"channels has more than {ChannelGrants.MaxPatterns} entries");
            return ChannelGrants.None;
        }

        var patterns = new List<ChannelPattern>(list.GetArrayLength());
        foreach (var entry in list.EnumerateArray())
        {
            if (TokenShape.TextOf(entry) is not { } text || !ChannelPattern.TryParse(text, out var pattern))
            {
                Fail(
                    $"entry {patterns.Count.ToString(CultureInfo.InvariantCulture)} of channels is neither a channel name of 1 to "
                        + $"{ChannelPattern.MaxBytes} bytes nor a prefix and one * at its end");
                return ChannelGrants.None;
            }

            patterns.Add(pattern);
        }

        return patterns.Count == 0 ? ChannelGrants.None : new ChannelGrants(patterns);
    }

    private string[]? Follows()
    {
        if (!payload.TryGetProperty("follow"u8, out var list))
        {
            return null;
        }

        string?[] names = list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(TokenShape.TextOf)] : [null];
        if (names.Length <= TokenClaims.MaxFollows
            && Array.TrueForAll(
                names, static name => name is not null && ChannelPattern.TryParse(name, out var channel) && !channel.IsPrefix))
        {
            return names!;
        }

        Fail($"follow is not a list of at most {TokenClaims.MaxFollows} names of channels");
        return null;
    }

    private void Fail(string error)
    {
        if (Error.Length == 0)
        {
            Error = error;
        }
    }
}
