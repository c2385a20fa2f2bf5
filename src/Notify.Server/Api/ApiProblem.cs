using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker.Messages;
using Notify.Server.Backends;

namespace Notify.Server.Api;

/// <summary>Creates the errors of the API as problem details (RFC 9457).</summary>
internal static class ApiProblem
{
    private const string Code = "code";

    // The members beside those of the standard: the code, and the version of an inbox.
    private static readonly string[] Members = [Code, "epoch", "offset", "rev"];

    /// <summary>Adds the service that writes problem details, with only the members of the standard and those that are set here.</summary>
    public static void AddApiProblems(this IServiceCollection services) =>
        services.AddProblemDetails(static options =>
            options.CustomizeProblemDetails = static context => KeepMembers(context.ProblemDetails.Extensions));

    /// <summary>Creates an error.</summary>
    public static ProblemHttpResult Of(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    /// <summary>Creates an error that programs tell apart by a code.</summary>
    public static ProblemHttpResult Of(int status, string detail, string code) =>
        TypedResults.Problem(detail, statusCode: status, extensions: [KeyValuePair.Create<string, object?>(Code, code)]);

    /// <summary>Creates the error of a request for another version of an inbox.</summary>
    public static ProblemHttpResult Of(int status, string detail, string code, InboxMarked inbox) => TypedResults.Problem(
        detail,
        statusCode: status,
        extensions:
        [
            KeyValuePair.Create<string, object?>(Code, code),
            KeyValuePair.Create<string, object?>("epoch", inbox.Head.Epoch),
            KeyValuePair.Create<string, object?>("offset", inbox.Head.Offset),
            KeyValuePair.Create<string, object?>("rev", inbox.Revision),
        ]);

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

    private static void KeepMembers(IDictionary<string, object?> extensions)
    {
        foreach (var name in extensions.Keys.Where(static name => !Members.Contains(name)).ToList())
        {
            extensions.Remove(name);
        }
    }
}
