namespace Notify.Server.Options;

/// <summary>Configures the web pages of other origins that may connect.</summary>
public sealed record CorsOptions
{
    /// <summary>
    /// Gets <c>NOTIFY_ALLOWED_ORIGINS</c>: the origins as browsers write them (<c>https://app.example.com</c>, lower case, no default
    /// port). An empty list allows every origin.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>Gets whether every origin may connect.</summary>
    public bool AllowsAnyOrigin => AllowedOrigins.Count == 0;
}
