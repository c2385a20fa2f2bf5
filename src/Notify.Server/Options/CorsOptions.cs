namespace Notify.Server.Options;

/// <summary>Which web pages of other origins may connect.</summary>
public sealed record CorsOptions
{
    /// <summary>
    /// <c>NOTIFY_ALLOWED_ORIGINS</c>: the origins as browsers write them (<c>https://app.example.com</c>, lower case, no default port);
    /// empty allows every origin.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Whether every origin may connect.</summary>
    public bool AllowsAnyOrigin => AllowedOrigins.Count == 0;
}
