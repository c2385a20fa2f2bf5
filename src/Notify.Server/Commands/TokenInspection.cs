using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Notify.Broker.Metrics;
using Notify.Protocol.Tokens;
using Notify.Server.Access;
using Notify.Server.Options;

namespace Notify.Server.Commands;

/// <summary>Says what a token contains, and whether a server with these settings accepts it now.</summary>
internal static class TokenInspection
{
    /// <summary>Prints the inspection, and returns 0 for an accepted token and 1 for a refused one.</summary>
    public static async Task<int> RunAsync(string token, TokenOptions options, TextWriter output, CancellationToken cancellation)
    {
        if (!options.HasKeys)
        {
            throw new CommandException(
                "There is no key to verify with. Set NOTIFY_TOKEN_SECRET or NOTIFY_TOKEN_PUBLIC_KEY as for the server.", ExitCodes.Wrong);
        }

        var rules = new TokenRules { UserClaim = options.UserClaim, Skew = options.Skew, MaxAge = options.MaxAge };
        var reading = TokenShape.Read(token, rules);
        Print(output, "header", PartOf(token, 0));
        Print(output, "claims", PartOf(token, 1));
        if (reading.Claims is { } claims)
        {
            Print(output, "user", claims.User ?? "(none: a token of channels)");
            Print(output, "issued", TimeOf(claims.IssuedAt));
            Print(output, "expires", TimeOf(claims.ExpiresAt));
            if (claims.SessionExpiresAt != claims.ExpiresAt)
            {
                Print(output, "session", TimeOf(claims.SessionExpiresAt));
            }
        }

        var result = await VerifyAsync(token, options, cancellation);
        if (result.Failure == TokenFailure.None)
        {
            Print(output, "result", "accepted, unless it is revoked");
            return ExitCodes.Done;
        }

        Print(output, "result", $"refused: {TokenCodes.Reason(result.Failure)}{(result.Detail is { Length: > 0 } why ? $" ({why})" : "")}");
        Print(output, "clients hear", TokenCodes.Of(result.Failure));
        if (options.Jwks is not null && result.Failure is TokenFailure.BadAlgorithm or TokenFailure.UnknownKey)
        {
            Print(output, "note", "the keys of NOTIFY_TOKEN_JWKS are not read here; POST /api/access asks the server");
        }

        return ExitCodes.Failed;
    }

    private static async Task<TokenResult> VerifyAsync(string token, TokenOptions options, CancellationToken cancellation)
    {
        using var metrics = new BrokerMetrics();
        using var publicKeys = options.PublicKeyPath is { } path
            ? new PublicKeyReloader(path, PublicKeyFile.Read(path), TimeProvider.System, NullLogger<PublicKeyReloader>.Instance)
            : null;
        var verifier = new TokenVerifier(
            options, new KeyRing(options, publicKeys, keySet: null), metrics, TimeProvider.System, static _ => TokenFailure.None);
        return await verifier.VerifyAsync(token, cancellation);
    }

    private static void Print(TextWriter output, string name, string value) => output.WriteLine($"{name,-13} {TerminalText.Of(value)}");

    private static string PartOf(string token, int index)
    {
        var parts = token.Split('.');
        try
        {
            return parts.Length == 3 ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[index])) : "(cannot be read)";
        }
        catch (FormatException)
        {
            return "(cannot be read)";
        }
    }

    private static string DistanceOf(TimeSpan time) =>
        time.Days > 0 ? $"{time.Days}d {time.Hours}h"
        : time.Hours > 0 ? $"{time.Hours}h {time.Minutes}m"
        : time.Minutes > 0 ? $"{time.Minutes}m {time.Seconds}s" : $"{time.Seconds}s";

    private static string TimeOf(long seconds)
    {
        if (seconds < 0 || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return seconds.ToString(CultureInfo.InvariantCulture);
        }

        var time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        var left = time - DateTimeOffset.UtcNow;
        var distance = DistanceOf(left.Duration());
        return $"{time:yyyy-MM-dd'T'HH:mm:ss'Z'} ({(left < TimeSpan.Zero ? $"{distance} ago" : $"in {distance}")})";
    }
}
