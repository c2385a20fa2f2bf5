using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Notify.Protocol.Tokens;
using Notify.Server.Options;

namespace Notify.Server.Backends;

/// <summary>Signs tokens (RFC 7519) for backends that cannot sign them, with HS256 and <c>NOTIFY_TOKEN_SECRET</c>.</summary>
/// <param name="options">The secret, and the claims that tokens must have.</param>
internal sealed class TokenIssuer(TokenOptions options)
{
    /// <summary>The longest user, in bytes of UTF-8.</summary>
    public const int MaxUser = 190;

    /// <summary>The longest token, in characters. Longer ones are refused by every endpoint.</summary>
    public const int MaxToken = 8192;

    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8);

    /// <summary>Gets whether there is a secret.</summary>
    public bool HasSecret => options.Secret.Length > 0;

    /// <summary>Gets the longest lifetime of a token, in whole seconds.</summary>
    public long MaxSeconds => (long)options.MaxAge.TotalSeconds;

    /// <summary>Returns a signed token; null when it would be longer than <see cref="MaxToken"/>.</summary>
    /// <param name="user">The user; null for a channel token.</param>
    /// <param name="channels">The channels that the token grants.</param>
    /// <param name="issuedAt">The second of issue, since 1970.</param>
    /// <param name="expiresAt">The second of expiry, since 1970.</param>
    /// <param name="follow">The announcement channels of the user; null for those that every user has.</param>
    public string? Sign(
        string? user,
        IReadOnlyList<ChannelPattern> channels,
        long issuedAt,
        long expiresAt,
        IReadOnlyList<ChannelPattern>? follow = null)
    {
        var claims = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(claims))
        {
            json.WriteStartObject();
            json.WriteNumber("iat"u8, issuedAt);
            json.WriteNumber("exp"u8, expiresAt);
            if (user is not null)
            {
                json.WriteString(options.UserClaim, user);
            }

            Write(json, "aud", options.Audience);
            Write(json, "iss", options.Issuer);
            Write(json, "channels", channels);
            if (follow is not null)
            {
                Write(json, "follow", follow);
            }

            json.WriteEndObject();
        }

        var signed = Header + "." + Base64Url.EncodeToString(claims.WrittenSpan);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Secret), Encoding.ASCII.GetBytes(signed));
        var token = signed + "." + Base64Url.EncodeToString(signature);
        return token.Length > MaxToken ? null : token;
    }

    private static void Write(Utf8JsonWriter json, string claim, IReadOnlyList<ChannelPattern> channels)
    {
        json.WriteStartArray(claim);
        foreach (var channel in channels)
        {
            json.WriteStringValue(channel.ToString());
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string claim, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(claim, value);
        }
    }
}
