namespace Notify.Server.Options;

/// <summary>Configures the backend that is asked about joins of channels with the rule <c>ask</c>.</summary>
public sealed record AuthorizeOptions
{
    /// <summary>Gets <c>NOTIFY_AUTHORIZE_URL</c>; null when no backend is asked.</summary>
    public Uri? Url { get; init; }

    /// <summary>Gets <c>NOTIFY_AUTHORIZE_SECRET</c>, which signs the requests: <c>whsec_</c> and base64 of 24 to 64 bytes.</summary>
    public string Secret { get; init; } = "";

    /// <summary>Gets <c>NOTIFY_AUTHORIZE_SECRET_PREVIOUS</c>, which signs them as well; empty when there is none.</summary>
    public string PreviousSecret { get; init; } = "";

    /// <summary>Gets <c>NOTIFY_AUTHORIZE_TIMEOUT</c>: how long an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets <c>NOTIFY_AUTHORIZE_TTL</c>: how long a permission without a duration of its own is cached.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets <c>NOTIFY_AUTHORIZE_HEADERS</c>: the headers of the client's handshake that the request repeats.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Returns only the type's name, because options may be logged.</summary>
    public override string ToString() => nameof(AuthorizeOptions);
}
