using Microsoft.AspNetCore.Http.HttpResults;

namespace Notify.Server.Api;

/// <summary>
/// Answers requests below <c>/api</c> that match no endpoint: 405 for a path with another method, else 404 with all paths.
/// </summary>
/// <param name="endpoints">All endpoints of the server.</param>
internal sealed class ApiFallback(EndpointDataSource endpoints)
{
    private const string Prefix = "/api/";

    /// <summary>Creates the response to a request.</summary>
    public ProblemHttpResult Answer(HttpContext context)
    {
        var paths = endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(static endpoint => endpoint.RoutePattern is { Parameters.Count: 0, RawText: { } text }
                && text.StartsWith(Prefix, StringComparison.Ordinal))
            .GroupBy(static endpoint => endpoint.RoutePattern.RawText!, StringComparer.Ordinal)
            .ToDictionary(
                static endpoints => endpoints.Key,
                static endpoints => endpoints
                    .SelectMany(static endpoint => endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods).ToArray(),
                StringComparer.Ordinal);
        var path = context.Request.Path.Value!;
        if (!paths.TryGetValue(path, out var methods))
        {
            var names = paths.Keys.ToArray();
            return ApiProblem.Of(StatusCodes.Status404NotFound, $"There is {string.Join(", ", names[..^1])} and {names[^1]}.");
        }

        context.Response.Headers.Allow = string.Join(", ", methods);
        var wanted = string.Join(" and ", methods.Except([HttpMethods.Head]));
        return ApiProblem.Of(StatusCodes.Status405MethodNotAllowed, $"{path} is for {wanted}.");
    }
}
