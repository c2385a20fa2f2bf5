using System.Text;
using Notify.Server.Access;
using Notify.Server.Backends;

namespace Notify.Server.Options;

/// <summary>Validates the settings of access together. Each of them is valid on its own.</summary>
internal static class AccessChecks
{
    // RFC 7518, section 3.2: a key of the size of the hash.
    private const int LeastSecret = 32;
    private const string Generate = "for example the output of: openssl rand -base64 32";

    // Below this a secret of 32 characters can be a phrase of a few words.
    private const double LeastEntropy = 3;

    /// <summary>Adds the errors and the warnings.</summary>
    public static void Check(NotifyOptions options, List<string> errors, List<string> warnings)
    {
        var (access, token, authorize) = (options.Access, options.Token, options.Authorize);
        CheckSecret("NOTIFY_TOKEN_SECRET", token.Secret, errors, warnings);
        CheckSecret("NOTIFY_TOKEN_SECRET_PREVIOUS", token.PreviousSecret, errors, warnings);
        if (token.Secret.Length > 0 && (token.Secret == access.Secret || token.Secret == access.PreviousSecret))
        {
            errors.Add(
                "NOTIFY_TOKEN_SECRET (value not shown): must differ from NOTIFICATION_SECRET, so that a leak of one does not open both; "
                    + Generate);
        }

        if (access.Mode == AccessMode.Enforce && !token.HasKeys
            && (access.Rules.All.Contains(AccessRule.Token) || access.Rules.All.Contains(AccessRule.User)))
        {
            errors.Add(
                $"NOTIFY_ACCESS={access.Rules}: wants tokens, and there is no key to verify them, so nobody could join; "
                    + $"set NOTIFY_TOKEN_SECRET, {Generate}");
        }

        if (access.Rules.All.Contains(AccessRule.Ask) && (authorize.Url is null || authorize.Secret.Length == 0))
        {
            errors.Add(
                $"NOTIFY_ACCESS={access.Rules}: asks your backend, so NOTIFY_AUTHORIZE_URL and NOTIFY_AUTHORIZE_SECRET must be set; "
                    + "for example NOTIFY_AUTHORIZE_URL=https://app.example.com/notify/authorize");
        }

        if (token.IsRequired && !token.HasKeys)
        {
            errors.Add($"NOTIFY_REQUIRE_TOKEN=1: there is no key to verify tokens; set NOTIFY_TOKEN_SECRET, {Generate}");
        }

        if (token.Jwks is not null && token.Audience.Length == 0)
        {
            errors.Add(
                "NOTIFY_TOKEN_JWKS: must be set together with NOTIFY_TOKEN_AUDIENCE, or tokens for other services would be accepted; "
                    + "for example NOTIFY_TOKEN_AUDIENCE=notify");
        }

        CheckKeyFiles(token, errors);

        if (access.SecretsPath is { } path)
        {
            var file = new SecretsFile(path, options, TimeProvider.System);
            errors.AddRange(file.Parse(file.Open()).Errors);
        }

        CheckOrigins(options, errors, warnings);
        if (token.Cookie.Length > 0
            && !token.Cookie.StartsWith("__Host-", StringComparison.Ordinal)
            && !token.Cookie.StartsWith("__Secure-", StringComparison.Ordinal))
        {
            warnings.Add(
                $"NOTIFY_TOKEN_COOKIE={token.Cookie} begins with neither __Host- nor __Secure-, so a page without HTTPS may set it; "
                    + $"for example NOTIFY_TOKEN_COOKIE=__Host-{token.Cookie}");
        }

        if (token.HasKeys && token.MaxAge > TimeSpan.FromDays(7))
        {
            warnings.Add(
                $"NOTIFY_TOKEN_MAX_AGE={DurationText.Format(token.MaxAge)} is longer than 7d: a stolen token is valid for as long, "
                    + "and so long the server remembers revocations");
        }
    }

    private static void CheckKeyFiles(TokenOptions token, List<string> errors)
    {
        if (token.PublicKeyPath is { } path && PublicKeyFile.Read(path).Error is { } error)
        {
            errors.Add(error);
        }

        if (token.Jwks is { } place && !KeySetSource.IsUrl(place) && KeySetSource.CheckFile(place) is { } problem)
        {
            errors.Add(
                $"NOTIFY_TOKEN_JWKS={place}: cannot be used ({problem}); "
                    + "it must be the path of a JSON Web Key Set that exists and may be read, or an https:// URL");
        }
    }

    private static void CheckOrigins(NotifyOptions options, List<string> errors, List<string> warnings)
    {
        if (!options.Connection.Origins.AllowsAny)
        {
            return;
        }

        const string Cure = "set NOTIFY_ALLOWED_ORIGINS to the origins of your pages, for example https://app.example.com";
        if (options.Token.Cookie.Length > 0)
        {
            errors.Add($"NOTIFY_TOKEN_COOKIE={options.Token.Cookie}: every website could connect as its visitor; {Cure}");
        }

        if (options.Authorize.Headers.Contains("Cookie"))
        {
            errors.Add($"NOTIFY_AUTHORIZE_HEADERS=Cookie: every website could connect as its visitor; {Cure}");
        }

        if (!options.Access.Rules.IsOpen)
        {
            warnings.Add($"NOTIFY_ALLOWED_ORIGINS is *, so pages of every website may connect; {Cure}");
        }
    }

    private static void CheckSecret(string name, string secret, List<string> errors, List<string> warnings)
    {
        if (secret.Length == 0)
        {
            return;
        }

        if (Encoding.UTF8.GetByteCount(secret) < LeastSecret)
        {
            errors.Add($"{name} (value not shown): must have at least {LeastSecret} bytes, so that it cannot be guessed; {Generate}");
        }
        else if (Entropy(secret) < LeastEntropy)
        {
            warnings.Add($"{name} looks like words or a pattern, which can be guessed; {Generate}");
        }
    }

    // Shannon's, in bits a character.
    private static double Entropy(string text) => -text.GroupBy(static c => c)
        .Select(group => (double)group.Count() / text.Length)
        .Sum(static share => share * Math.Log2(share));
}
