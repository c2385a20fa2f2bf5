using Microsoft.AspNetCore.Http.HttpResults;

namespace Notify.Server.Api;

/// <summary>Makes the errors of the API: problem details (RFC 9457).</summary>
internal static class ApiProblem
{
    /// <summary>Adds the service that writes problem details, with the members of the standard only.</summary>
    public static void AddApiProblems(this IServiceCollection services) =>
        services.AddProblemDetails(static options =>
            options.CustomizeProblemDetails = static context => context.ProblemDetails.Extensions.Clear());

    /// <summary>Makes an error.</summary>
    public static ProblemHttpResult Of(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    /// <summary>Makes an error that goes away by waiting.</summary>
    public static ProblemHttpResult Unavailable(HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = "1";
        return Of(StatusCodes.Status503ServiceUnavailable, detail);
    }
}
