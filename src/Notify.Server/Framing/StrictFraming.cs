using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;
using Notify.Server.Limits;

namespace Notify.Server.Framing;

/// <summary>
/// Rejects requests that another program might parse differently, above all with a different end. A proxy that does so could be made to
/// forward a request that it has never checked (RFC 9112 sections 6.1 and 6.3).
/// </summary>
internal static class StrictFraming
{
    // Kestrel stores the length of a chunked request with a length in this header. A request with this header and both of the others makes
    // Kestrel fail, with a stack trace in the log and no response, so clients may not send it.
    private const string OverriddenLength = "X-Content-Length";

    private const string Chunked = "chunked";

    // Kestrel accepts a line that ends with LF alone unless this switch is set.
    private const string NoLineFeeds = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    /// <summary>
    /// Configures Kestrel to reject lines that end with LF alone (in this process), lengths that are not digits, and the header that
    /// Kestrel reserves. All other headers are decoded as described at <see cref="HeaderText"/>.
    /// </summary>
    public static void BeStrict(this KestrelServerOptions kestrel)
    {
        AppContext.SetSwitch(NoLineFeeds, isEnabled: true);
        kestrel.RequestHeaderEncodingSelector = EncodingOf;
    }

    /// <summary>
    /// Rejects chunks together with a length, chunks in HTTP/1.0, transfer codings other than <c>chunked</c>, and methods in the wrong
    /// case. All other requests are routed by their <see cref="RawRequestPath"/>. Must be the first middleware.
    /// </summary>
    public static IApplicationBuilder UseStrictFraming(this IApplicationBuilder app)
    {
        var refusals = app.ApplicationServices.GetRequiredService<RefusalLog>();
        return app.Use((context, next) =>
        {
            if (StatusOf(context.Request) is { } status)
            {
                return Refuse(context, status, refusals);
            }

            RawRequestPath.Restore(context);
            return next(context);
        });
    }

    private static Encoding? EncodingOf(string header) => header.Length switch
    {
        14 when header.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase) => DigitEncoding.Instance,
        16 when header.Equals(OverriddenLength, StringComparison.OrdinalIgnoreCase) => ForbiddenHeader.Instance,

        // As Node decodes them. Otherwise Kestrel would answer 400 to one byte that is not UTF-8 in any header.
        _ => HeaderText.Encoding,
    };

    private static int? StatusOf(HttpRequest request)
    {
        // Methods are case-sensitive (RFC 9110 section 9.1), but the framework ignores their case. A proxy's rule for POST does not match
        // "post".
        if (HttpMethods.GetCanonicalizedValue(request.Method) != request.Method)
        {
            return StatusCodes.Status400BadRequest;
        }

        var codings = request.Headers.TransferEncoding;
        if (codings.Count == 0)
        {
            return null;
        }

        if (request.Headers.ContainsKey(OverriddenLength) || HttpProtocol.IsHttp10(request.Protocol))
        {
            return StatusCodes.Status400BadRequest;
        }

        return codings.Count == 1 && Chunked.Equals(codings[0], StringComparison.OrdinalIgnoreCase)
            ? null
            : StatusCodes.Status501NotImplemented;
    }

    private static Task Refuse(HttpContext context, int status, RefusalLog refusals)
    {
        refusals.Add("Requests are refused, because a proxy could understand them in another way.", context.Connection.RemoteIpAddress);
        context.Response.StatusCode = status;
        context.Response.ContentLength = 0;
        context.Response.EndConnection();
        return Task.CompletedTask;
    }
}
