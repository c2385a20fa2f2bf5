using System.Net;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Server.Options;
using Notify.Server.Send;

namespace Notify.Server.Endpoints;

/// <summary>
/// Serves the console: a page to try the server at <c>/</c>, a page for operators at <c>/operate</c>, the description of the API at
/// <c>/docs</c>, and their files below <c>/console/</c>. They are part of the program and served from memory.
/// </summary>
internal static class ConsoleFiles
{
    private const string Prefix = "console/";
    private const string Page = "index.html";
    private const string OperatorPath = "/operate";

    private static readonly Dictionary<string, string> Pages = new(StringComparer.Ordinal)
    {
        ["operate.html"] = OperatorPath,
        ["docs.html"] = "/docs",
    };

    // Allows only content of this server and sockets to it. Some browsers do not include ws: in 'self', so the schemes are listed.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Maps the files. If the console is off, maps only <c>OPTIONS /</c>.</summary>
    /// <param name="endpoints">The endpoints.</param>
    /// <param name="access">The key and the secret that the page shows while they are the default ones.</param>
    /// <param name="isOn">Whether the console is on.</param>
    /// <param name="isSecure">Whether this server has a certificate, so that browsers may insist on HTTPS.</param>
    public static void MapConsole(this IEndpointRouteBuilder endpoints, AccessOptions access, bool isOn, bool isSecure)
    {
        if (!isOn)
        {
            CaseSensitivePath.Require(endpoints.Map("/", static context =>
                IsCheck(context) ? AnswerCheckAsync(context) : NotFound.AnswerAsync(context)));
            return;
        }

        foreach (var (name, bytes) in Read())
        {
            if (name == Page)
            {
                MapPage(endpoints, Encoding.UTF8.GetString(bytes), access, isSecure);
            }
            else
            {
                var file = File(bytes, TypeOf(name));
                var path = Pages.GetValueOrDefault(name, "/" + Prefix + name);
                var endpoint = endpoints.MapFile(path, context => AnswerAsync(context, file, isSecure));
                if (path == OperatorPath)
                {
                    endpoint.WithMetadata(OperatorsOnly.Instance);
                }
            }
        }
    }

    // The key is public, but a server on the internet need not reveal it to every visitor of its root.
    private static void MapPage(IEndpointRouteBuilder endpoints, string page, AccessOptions access, bool isSecure)
    {
        var secret = access.AcceptsDefaultSecret ? access.Secret : "";
        var open = File(Fill(page, access.Key, secret), TypeOf(Page));
        var closed = File(Fill(page, access.IsKeyDefault ? access.Key : "", secret), TypeOf(Page));
        endpoints.MapFile("/", context => AnswerAsync(context, LoopbackRequest.IsFrom(context) ? open : closed, isSecure));
    }

    private static byte[] Fill(string page, string key, string secret) => Encoding.UTF8.GetBytes(page
        .Replace("{{key}}", WebUtility.HtmlEncode(key), StringComparison.Ordinal)
        .Replace("{{secret}}", WebUtility.HtmlEncode(secret), StringComparison.Ordinal));

    private static FileContentHttpResult File(byte[] bytes, string type) =>
        TypedResults.Bytes(bytes, type, entityTag: StaticContent.TagOf(bytes));

    private static Task AnswerAsync(HttpContext context, FileContentHttpResult file, bool isSecure)
    {
        if (IsCheck(context))
        {
            return AnswerCheckAsync(context);
        }

        var method = context.Request.Method;
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method))
        {
            return NotFound.AnswerAsync(context);
        }

        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = Policy;

        // The page's address may contain the key.
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (isSecure)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        return file.ExecuteAsync(context);
    }

    // HAProxy sends this by default as a health check.
    private static bool IsCheck(HttpContext context) => HttpMethods.IsOptions(context.Request.Method);

    private static Task AnswerCheckAsync(HttpContext context)
    {
        context.Response.Headers.Allow = "GET, HEAD, OPTIONS";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var names = assembly.GetManifestResourceNames().Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal));
        foreach (var resource in names)
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            yield return (resource[Prefix.Length..], bytes);
        }
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidOperationException($"The type of the console's file {name} is unknown."),
    };
}
