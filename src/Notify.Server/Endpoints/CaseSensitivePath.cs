using Microsoft.AspNetCore.Routing.Matching;

namespace Notify.Server.Endpoints;

/// <summary>
/// Restricts an endpoint to the exact spelling of its path. Routing ignores case and a trailing slash. A proxy rule for <c>/api</c> does
/// not, and <c>/API</c> would bypass it.
/// </summary>
internal sealed class CaseSensitivePath : MatcherPolicy, IEndpointSelectorPolicy
{
    private static readonly Marker Mark = new();

    /// <inheritdoc />
    public override int Order => 0;

    /// <summary>Marks the endpoints that <paramref name="builder"/> adds.</summary>
    public static void Require(IEndpointConventionBuilder builder) => builder.WithMetadata(Mark);

    /// <inheritdoc />
    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(IsMarked);

    /// <inheritdoc />
    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            var endpoint = candidates[i].Endpoint;
            if (candidates.IsValidCandidate(i) && IsMarked(endpoint) && !Matches(endpoint, httpContext.Request.Path))
            {
                candidates.SetValidity(i, value: false);
            }
        }

        return Task.CompletedTask;
    }

    private static bool IsMarked(Endpoint endpoint) => endpoint.Metadata.GetMetadata<Marker>() is not null;

    // Compares the text before the first parameter. The parameter matches any text.
    private static bool Matches(Endpoint endpoint, PathString path)
    {
        var pattern = ((RouteEndpoint)endpoint).RoutePattern.RawText!;
        var parameter = pattern.IndexOf("/{", StringComparison.Ordinal);
        return parameter < 0 ? path.Value == pattern : path.StartsWithSegments(pattern[..parameter], StringComparison.Ordinal);
    }

    private sealed class Marker;
}
