namespace Notify.Server;

/// <summary>Tells a request body that cannot be read from a connection that broke while it was read.</summary>
internal static class BodyFault
{
    /// <summary>
    /// Judges what a read of the body threw. Returns the status that answers the request, or null when the body is not to blame.
    /// </summary>
    public static int? StatusOf(HttpContext context, Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,

        // Kestrel has no name for a chunk whose size is no number that it can hold: it throws this.
        IOException when !RequestAbortedMiddleware.IsCut(context, exception) => StatusCodes.Status400BadRequest,
        _ => null,
    };
}
