using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Server.Limits;
using Notify.Server.Send;

namespace Notify.Server.Api;

/// <summary>Reads the JSON bodies of the API.</summary>
internal static class ApiBody
{
    /// <summary>Reads a body. Returns a problem instead when it is not JSON, too long or unreadable.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maxBody">The maximum size in bytes, before and after inflating.</param>
    /// <param name="received">The account of the memory of request bodies.</param>
    /// <param name="isForm">Whether the body is a form, which the caller reads.</param>
    /// <returns>The body, which the caller must dispose, or the problem.</returns>
    public static async Task<(ReceivedBuffer? Body, ProblemHttpResult? Problem)> ReadAsync(
        HttpRequest request, int maxBody, ReceiveAccount received, bool isForm = false)
    {
        if (!isForm && !request.HasJsonContentType())
        {
            return (null, ApiProblem.Of(
                StatusCodes.Status415UnsupportedMediaType,
                "The body is JSON, and says so: Content-Type: application/json."));
        }

        var read = await RequestBody.ReadAsync(request, maxBody, received);
        if (read.Body is { } body)
        {
            return (body, null);
        }

        if (read.Status == StatusCodes.Status503ServiceUnavailable)
        {
            return (
                null,
                ApiProblem.Unavailable(request.HttpContext, "The server is receiving too much at once; send again in a moment."));
        }

        return (null, ApiProblem.Of(read.Status, read.Status switch
        {
            StatusCodes.Status413PayloadTooLarge => $"The body is longer than {maxBody} bytes (NOTIFY_MAX_BODY).",
            StatusCodes.Status415UnsupportedMediaType => "Content-Encoding is not one of gzip, deflate and identity.",
            StatusCodes.Status408RequestTimeout => "The body did not come in time.",
            _ => "The body cannot be read, or cannot be inflated.",
        }));
    }
}
