using Microsoft.AspNetCore.WebUtilities;
using Notify.Server.Options;

namespace Notify.Server.Access;

/// <summary>
/// Reads the token of a handshake: from the query, the header <c>Authorization</c>, or the configured cookie. The first that is there
/// decides.
/// </summary>
/// <param name="options">The carriers that are allowed.</param>
/// <param name="origins">The origins whose pages may use the cookie.</param>
internal sealed class TokenCarriers(TokenOptions options, OriginPolicy origins)
{
    private const string Parameter = "token";
    private const string Bearer = "Bearer ";

    /// <summary>Reads the token of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isLink">
    /// Whether the request is that of a link, which the user may follow on any page. A page cannot read what a link leads to.
    /// </param>
    public CarriedToken Read(HttpContext context, bool isLink = false)
    {
        var request = context.Request;
        var query = ReadQuery(request.QueryString, out var isJsonp);
        if (query != CarriedToken.None)
        {
            return query;
        }

        var header = ReadHeader(request.Headers);
        if (header != CarriedToken.None)
        {
            return header;
        }

        return options.Cookie.Length > 0 && (MayUseCookie(context, isJsonp) || (isLink && IsNavigation(request)))
            ? ReadCookie(request.Headers)
            : CarriedToken.None;
    }

    /// <summary>Returns whether the cookies of a request say who the client is. Otherwise another website may have caused it.</summary>
    public bool MayUseCookies(HttpContext context) => MayUseCookie(context, context.Request.Query.ContainsKey("j"));

    private CarriedToken ReadQuery(QueryString query, out bool isJsonp)
    {
        (isJsonp, var token) = (false, CarriedToken.None);
        var count = 0;
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            var name = pair.DecodeName().Span;
            isJsonp |= name.SequenceEqual("j");
            if (name.SequenceEqual(Parameter) && ++count == 1 && pair.EncodedValue.Length > 0)
            {
                token = new(pair.DecodeValue().ToString(), IsBad: false);
            }
        }

        return count > 1 || (token.Text is not null && !options.IsInQuery) ? CarriedToken.Bad : token;
    }

    private static CarriedToken ReadHeader(IHeaderDictionary headers)
    {
        var values = headers.Authorization;
        if (values.Count == 0 || !values.Any(static value => value?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true))
        {
            return CarriedToken.None;
        }

        var token = values.Count == 1 ? values[0]![Bearer.Length..].Trim() : "";
        return token.Length > 0 ? new(token, IsBad: false) : CarriedToken.Bad;
    }

    // A browser sends the cookie with every request to this host, whichever page causes it. It counts only when the page may read the
    // answer: its origin is listed, or the request comes from a page of this host. A script element of any page can read JSONP.
    private bool MayUseCookie(HttpContext context, bool isJsonp)
    {
        var request = context.Request;
        if (isJsonp)
        {
            return false;
        }

        if (request.Headers.Origin.Count > 0)
        {
            return origins.Allows(request);
        }

        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            && !context.WebSockets.IsWebSocketRequest
            && (site.Length == 0 || site == "same-origin");
    }

    private static bool IsNavigation(HttpRequest request) =>
        request.Headers["Sec-Fetch-Mode"].ToString() == "navigate" && request.Headers.Origin.Count == 0;

    // By hand, because the framework's collection hides a second cookie of the same name, which another host may have planted.
    private CarriedToken ReadCookie(IHeaderDictionary headers)
    {
        string? token = null;
        foreach (var header in headers.Cookie)
        {
            foreach (var part in (header ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                var equals = part.IndexOf('=', StringComparison.Ordinal);
                if (equals > 0 && part.AsSpan(0, equals).TrimEnd().SequenceEqual(options.Cookie))
                {
                    if (token is not null)
                    {
                        return CarriedToken.Bad;
                    }

                    token = part[(equals + 1)..].Trim().Trim('"');
                }
            }
        }

        return string.IsNullOrEmpty(token) ? CarriedToken.None : new(token, IsBad: false);
    }
}
