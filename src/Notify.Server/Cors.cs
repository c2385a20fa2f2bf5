namespace Notify.Server;

/// <summary>
/// Adds the CORS headers for pages of other origins. Clients of 1.x and 2.x always send credentials, so the header contains the origin and
/// never a star.
/// </summary>
internal static class Cors
{
    public static void Allow(HttpContext context, string origin)
    {
        var headers = context.Response.Headers;
        if (origin.Length == 0)
        {
            headers.AccessControlAllowOrigin = "*";
            return;
        }

        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
        headers.Vary = "Origin";
    }

    public static void AnswerPreflight(HttpContext context, string methods)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers.AccessControlAllowMethods = methods;
        var asked = context.Request.Headers.AccessControlRequestHeaders;
        context.Response.Headers.AccessControlAllowHeaders =
            asked.Count > 0 && HeaderText.IsPrintable(asked.ToString()) ? asked : "Content-Type";
    }
}
