using Microsoft.AspNetCore.Http.Features;

namespace Notify.Server.Framing;

/// <summary>
/// Routes a request by its raw path, as Node does. Kestrel decodes the path and resolves its dots, but a proxy forwards <c>/%73end</c> and
/// <c>/x/../send</c> unchanged. With Kestrel's path such a request would bypass the proxy's rule for <c>/send</c>.
/// </summary>
internal static class RawRequestPath
{
    /// <summary>Restores the path of the request line, without its host and its query.</summary>
    public static void Restore(HttpContext context)
    {
        var sent = PathOf(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        if (!sent.IsEmpty && !sent.SequenceEqual(context.Request.Path.Value))
        {
            context.Request.Path = new PathString(sent.ToString());
        }
    }

    // Empty for http://host and for the forms without a path, which keep Kestrel's path.
    private static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> target)
    {
        if (!target.StartsWith('/'))
        {
            var scheme = target.IndexOf("://");
            var rest = scheme < 0 ? default : target[(scheme + 3)..];
            var end = rest.IndexOfAny('/', '?');
            if (end < 0 || rest[end] == '?')
            {
                return default;
            }

            target = rest[end..];
        }

        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }
}
