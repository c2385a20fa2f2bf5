using Microsoft.AspNetCore.Http.Features;

namespace Notify.Server.Framing;

/// <summary>
/// Routes a request by the path as it was sent, as Node does. Kestrel decodes it and resolves its dots, while a proxy passes
/// <c>/%73end</c> and <c>/x/../send</c> on as they are: its rule for <c>/send</c> could be walked past.
/// </summary>
internal static class RawRequestPath
{
    /// <summary>Takes the path of the request line, without its host and its query.</summary>
    public static void Restore(HttpContext context)
    {
        var sent = PathOf(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        if (!sent.IsEmpty && !sent.SequenceEqual(context.Request.Path.Value))
        {
            context.Request.Path = new PathString(sent.ToString());
        }
    }

    // Empty for http://host and for the forms that have no path: what Kestrel makes of them stays.
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
