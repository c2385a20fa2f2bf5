using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;
using Notify.Server.Limits;

namespace Notify.Server.Framing;

/// <summary>
/// Refuses requests that another program might read in another way, above all whose end it might see in another place: a proxy that does
/// could be made to pass on a request that it has never looked at (RFC 9112 sections 6.1 and 6.3).
/// </summary>
internal static class StrictFraming
{
    // Where Kestrel puts the length of a request that has chunks as well. A request that has this header already, and both of the others,
    // makes Kestrel fail, with a stack trace in the log and no answer; so clients may not send it.
    private const string OverriddenLength = "X-Content-Length";

    private const string Chunked = "chunked";

    // Kestrel takes a line that ends with LF alone, unless this is set.
    private const string NoLineFeeds = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    /// <summary>
    /// Makes Kestrel refuse lines that end with LF alone, in this process, lengths that are not made of digits, and the header that it
    /// keeps for itself. All other headers are read as <see cref="HeaderText"/> says.
    /// </summary>
    public static void BeStrict(this KestrelServerOptions kestrel)
    {
        AppContext.SetSwitch(NoLineFeeds, isEnabled: true);
        kestrel.RequestHeaderEncodingSelector = EncodingOf;
    }

    /// <summary>
    /// Refuses chunks beside a length, chunks by HTTP/1.0, transfer codings other than <c>chunked</c>, and methods in another case than
    /// theirs. What is left is routed by its <see cref="RawRequestPath"/>. Comes first.
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

        // As Node reads them. Otherwise one byte that is not UTF-8, in any header, would be answered 400 before anybody sees it.
        _ => HeaderText.Encoding,
    };

    private static int? StatusOf(HttpRequest request)
    {
        // Methods have a case (RFC 9110 section 9.1), which the framework does not look at; a rule of a proxy for POST does not see a post.
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
