namespace Notify.Server.Options;

/// <summary>Lists the settings of tokens, of rules for channels, and of secrets. They are part of <see cref="SettingTable"/>.</summary>
internal static class AccessSettings
{
    /// <summary>Gets the settings, in the order of the documentation.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting<string?>(
            AccessSettingKinds.Path, o => o.Access.SecretsPath, (o, v) => o with { Access = o.Access with { SecretsPath = v } })
        {
            Name = "NOTIFY_SECRETS",
            Effect = "A JSON file with the secrets of several backends, and what each of them may do. It is read again when it changes.",
            Example = "/etc/notify/secrets.json",
        },
        new Setting<AccessRules>(
            AccessSettingKinds.Rules, o => o.Access.Rules, (o, v) => o with { Access = o.Access with { Rules = v } })
        {
            Name = "NOTIFY_ACCESS",
            Effect =
                "Who may join which channels: a rule for all channels, then patterns with rules of their own. `open`: everybody. " +
                "`user`: every signed-in user. `token`: whom a token grants the channel. `ask`: the same, or whom your backend " +
                "allows. `closed`: nobody. The longest pattern decides.",
            Example = "token,news:*=open,order:*=ask",
        },
        new Setting<AccessMode>(
            AccessSettingKinds.Mode, o => o.Access.Mode, (o, v) => o with { Access = o.Access with { Mode = v } })
        {
            Name = "NOTIFY_ACCESS_MODE",
            Effect = "`observe` refuses nobody; it only counts and logs what `enforce` would refuse.",
            Example = "observe",
        },
        new Setting<string>(
            SettingKinds.Text, o => o.Token.Secret, (o, v) => o with { Token = o.Token with { Secret = v } })
        {
            Name = "NOTIFY_TOKEN_SECRET",
            Effect = "Secret: signs the tokens of your users (HS256). At least 32 bytes. Your backend has the same secret.",
            Example = "the output of openssl rand -base64 32",
            IsSecret = true,
            MayBeFile = true,
        },
        new Setting<string>(
            SettingKinds.Text, o => o.Token.PreviousSecret, (o, v) => o with { Token = o.Token with { PreviousSecret = v } })
        {
            Name = "NOTIFY_TOKEN_SECRET_PREVIOUS",
            Effect = "Secret: accepted as well, so that you can change NOTIFY_TOKEN_SECRET on one node and one backend after the other.",
            Example = "the-secret-until-now",
            IsSecret = true,
            MayBeFile = true,
        },
        new Setting<string?>(
            SettingKinds.FilePath, o => o.Token.PublicKeyPath, (o, v) => o with { Token = o.Token with { PublicKeyPath = v } })
        {
            Name = "NOTIFY_TOKEN_PUBLIC_KEY",
            Effect =
                "Public keys that verify tokens, RSA (at least 2048 bits) or EC (P-256, P-384). The file is read again when it changes.",
            Example = "/etc/notify/token.pub",
        },
        new Setting<string?>(
            AccessSettingKinds.Jwks, o => o.Token.Jwks, (o, v) => o with { Token = o.Token with { Jwks = v } })
        {
            Name = "NOTIFY_TOKEN_JWKS",
            Effect = "The JSON Web Key Set of your identity provider. Set NOTIFY_TOKEN_AUDIENCE as well.",
            Example = "https://login.example.com/.well-known/jwks.json",
        },
        new Setting<string>(
            SettingKinds.Text, o => o.Token.Audience, (o, v) => o with { Token = o.Token with { Audience = v } })
        {
            Name = "NOTIFY_TOKEN_AUDIENCE",
            Effect = "The `aud` that a token must have. Without it the audience is not checked.",
            Example = "notify",
        },
        new Setting<string>(
            SettingKinds.Text, o => o.Token.Issuer, (o, v) => o with { Token = o.Token with { Issuer = v } })
        {
            Name = "NOTIFY_TOKEN_ISSUER",
            Effect = "The `iss` that a token must have. Without it the issuer is not checked.",
            Example = "https://login.example.com/",
        },
        new Setting<string>(
            AccessSettingKinds.Claim, o => o.Token.UserClaim, (o, v) => o with { Token = o.Token with { UserClaim = v } })
        {
            Name = "NOTIFY_TOKEN_USER_CLAIM",
            Effect = "The claim of a token that names the user.",
            Example = "preferred_username",
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.Zero, TimeSpan.FromMinutes(5)),
            o => o.Token.Skew,
            (o, v) => o with { Token = o.Token with { Skew = v } })
        {
            Name = "NOTIFY_TOKEN_SKEW",
            Effect = "The difference between the clocks of servers that is tolerated in a token's times.",
            Example = "30s",
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)),
            o => o.Token.MaxAge,
            (o, v) => o with { Token = o.Token with { MaxAge = v } })
        {
            Name = "NOTIFY_TOKEN_MAX_AGE",
            Effect = "The longest time for which a token may still be valid. Tokens that end later are refused.",
            Example = "24h",
        },
        new Setting<string>(
            AccessSettingKinds.Cookie, o => o.Token.Cookie, (o, v) => o with { Token = o.Token with { Cookie = v } })
        {
            Name = "NOTIFY_TOKEN_COOKIE",
            Effect = "The cookie that carries the token. Without it no cookie is read. Set NOTIFY_ALLOWED_ORIGINS as well.",
            Example = "__Host-notify",
        },
        new Setting<bool>(
            SettingKinds.Flag, o => o.Token.IsInQuery, (o, v) => o with { Token = o.Token with { IsInQuery = v } })
        {
            Name = "NOTIFY_TOKEN_IN_QUERY",
            Effect = "`off` refuses tokens in a URL, which the logs of proxies contain.",
            Example = "off",
        },
        new Setting<bool>(
            SettingKinds.Flag, o => o.Token.IsRequired, (o, v) => o with { Token = o.Token with { IsRequired = v } })
        {
            Name = "NOTIFY_REQUIRE_TOKEN",
            Effect = "`1` disconnects clients that have not given a token within ten seconds.",
            Example = "1",
        },
        new Setting<Uri?>(
            AccessSettingKinds.AuthorizeUrl, o => o.Authorize.Url, (o, v) => o with { Authorize = o.Authorize with { Url = v } })
        {
            Name = "NOTIFY_AUTHORIZE_URL",
            Effect = "The URL of your backend that is asked about joins of channels with the rule `ask`.",
            Example = "https://app.example.com/notify/authorize",
        },
        new Setting<string>(
            AccessSettingKinds.WebhookSecret, o => o.Authorize.Secret, (o, v) => o with { Authorize = o.Authorize with { Secret = v } })
        {
            Name = "NOTIFY_AUTHORIZE_SECRET",
            Effect = "Secret: signs the requests to NOTIFY_AUTHORIZE_URL, as Standard Webhooks describes.",
            Example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            IsSecret = true,
            MayBeFile = true,
        },
        new Setting<string>(
            AccessSettingKinds.WebhookSecret,
            o => o.Authorize.PreviousSecret,
            (o, v) => o with { Authorize = o.Authorize with { PreviousSecret = v } })
        {
            Name = "NOTIFY_AUTHORIZE_SECRET_PREVIOUS",
            Effect = "Secret: signs the requests as well, so that you can change NOTIFY_AUTHORIZE_SECRET without an interruption.",
            Example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            IsSecret = true,
            MayBeFile = true,
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10)),
            o => o.Authorize.Timeout,
            (o, v) => o with { Authorize = o.Authorize with { Timeout = v } })
        {
            Name = "NOTIFY_AUTHORIZE_TIMEOUT",
            Effect = "How long an answer of your backend may take. Later the join is answered with `unavailable`.",
            Example = "2s",
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.Zero, TimeSpan.FromHours(1)),
            o => o.Authorize.TimeToLive,
            (o, v) => o with { Authorize = o.Authorize with { TimeToLive = v } })
        {
            Name = "NOTIFY_AUTHORIZE_TTL",
            Effect = "How long a permission of your backend holds if its answer does not say so.",
            Example = "60s",
        },
        new Setting<IReadOnlyList<string>>(
            AccessSettingKinds.Headers, o => o.Authorize.Headers, (o, v) => o with { Authorize = o.Authorize with { Headers = v } })
        {
            Name = "NOTIFY_AUTHORIZE_HEADERS",
            Effect = "Which headers of the client's handshake the request to your backend repeats.",
            Example = "Cookie,Accept-Language",
        },
    ];
}
