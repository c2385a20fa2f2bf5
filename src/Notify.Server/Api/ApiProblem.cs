using Microsoft.AspNetCore.Http.HttpResults;

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

    /// <summary>Creates the error for a temporary condition.</summary>
    public static ProblemHttpResult Unavailable(HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = "1";
        return Of(StatusCodes.Status503ServiceUnavailable, detail);
    }
}
