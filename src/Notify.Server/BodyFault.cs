namespace Notify.Server;

/// <summary>Distinguishes an unreadable request body from a connection that broke while the body was read.</summary>
internal static class BodyFault
{
    /// <summary>
    /// Classifies an exception from reading the body. Returns the status of the response, or null when the body is not the cause.
    /// </summary>
    public static int? StatusOf(HttpContext context, Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,

        // Kestrel throws an exception without a more specific type for a chunk size that is too large.
        IOException when !RequestAbortedMiddleware.IsCut(context, exception) => StatusCodes.Status400BadRequest,
        _ => null,
    };
}
