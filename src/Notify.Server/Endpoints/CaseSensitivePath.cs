using Microsoft.AspNetCore.Routing.Matching;

namespace Notify.Server.Endpoints;

/// <summary>
/// Restricts an endpoint to its path as it is written. Routing ignores case and a trailing slash; the rule of a proxy for <c>/api</c>
/// does not, and could be walked past by <c>/API</c>.
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

    // A parameter matches what it likes; what stands before it is compared.
    private static bool Matches(Endpoint endpoint, PathString path)
    {
        var pattern = ((RouteEndpoint)endpoint).RoutePattern.RawText!;
        var parameter = pattern.IndexOf("/{", StringComparison.Ordinal);
        return parameter < 0 ? path.Value == pattern : path.StartsWithSegments(pattern[..parameter], StringComparison.Ordinal);
    }

    private sealed class Marker;
}
