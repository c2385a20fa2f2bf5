using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Server.Backends;

namespace Notify.Server.Api;

/// <summary>Creates the errors of the API as problem details (RFC 9457).</summary>
internal static class ApiProblem
{
    private const string Code = "code";

    /// <summary>Adds the service that writes problem details, with only the members of the standard and the code for programs.</summary>
    public static void AddApiProblems(this IServiceCollection services) =>
        services.AddProblemDetails(static options =>
            options.CustomizeProblemDetails = static context => KeepCode(context.ProblemDetails.Extensions));

    /// <summary>Creates an error.</summary>
    public static ProblemHttpResult Of(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    /// <summary>Creates an error that programs tell apart by a code.</summary>
    public static ProblemHttpResult Of(int status, string detail, string code) =>
        TypedResults.Problem(detail, statusCode: status, extensions: [KeyValuePair.Create<string, object?>(Code, code)]);

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

    private static void KeepCode(IDictionary<string, object?> extensions)
    {
        foreach (var name in extensions.Keys.Where(static name => name != Code).ToList())
        {
            extensions.Remove(name);
        }
    }
}
