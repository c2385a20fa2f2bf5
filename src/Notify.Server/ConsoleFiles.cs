using System.Reflection;
using System.Security.Cryptography;

namespace Notify.Server;

/// <summary>
/// The console, a page at <c>/</c> with its files below <c>/console/</c>: they are a part of the program, and served from memory.
/// </summary>
internal sealed class ConsoleFiles
{
    private const string Prefix = "console/";
    private const string Page = "index.html";

    // Only what this server serves, and sockets to it; browsers that do not count ws: as 'self' need the schemes.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly Dictionary<string, (byte[] Bytes, string Tag, string Type)> _files = new(StringComparer.Ordinal);

    public ConsoleFiles()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var path = resource == Prefix + Page ? "/" : "/" + resource;
            _files[path] = (bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..20]}\"", TypeOf(resource));
        }
    }

    /// <summary>Whether a request is for one of these files.</summary>
    public bool Matches(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method))
        && _files.ContainsKey(context.Request.Path.Value!);

    /// <summary>Answers a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        var file = _files[context.Request.Path.Value!];
        var response = context.Response;
        var headers = response.Headers;
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            // What HAProxy asks by default to see whether a server is there.
            headers.Allow = "GET, HEAD, OPTIONS";
            response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        headers.ETag = file.Tag;
        headers.CacheControl = "no-cache";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = Policy;

        // The page's address may have the key in it.
        headers["Referrer-Policy"] = "no-referrer";
        if (context.Request.Headers.IfNoneMatch == file.Tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = file.Type;
        response.ContentLength = file.Bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(file.Bytes).AsTask();
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidOperationException($"The console has a file of no known type: {name}."),
    };
}
