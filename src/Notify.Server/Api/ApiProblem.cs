using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Server.Backends;

namespace Notify.Server.Api;

/// <summary>Creates the errors of the API as problem details (RFC 9457).</summary>
internal static class ApiProblem
{
    /// <summary>Adds the service that writes problem details, with only the members of the standard.</summary>
    public static void AddApiProblems(this IServiceCollection services) =>
        services.AddProblemDetails(static options =>
            options.CustomizeProblemDetails = static context => context.ProblemDetails.Extensions.Clear());

    /// <summary>Creates an error.</summary>
    public static ProblemHttpResult Of(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    /// <summary>Creates the error for a backend that may not use one of some channels; null when it may use all of them.</summary>
    public static ProblemHttpResult? OfForbidden(BackendAccess access, HttpContext context, IReadOnlyList<string> channels)
    {
        var backend = context.Backend();
        return access.FindForbidden(context, backend, channels) is { } channel
            ? Of(
                StatusCodes.Status403Forbidden,
                $"The secret {backend.Name} may not use the channel {channel}; its patterns are in the file of NOTIFY_SECRETS.")
            : null;
    }

    /// <summary>Creates the error for a temporary condition.</summary>
    public static ProblemHttpResult Unavailable(HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = "1";
        return Of(StatusCodes.Status503ServiceUnavailable, detail);
    }
}
