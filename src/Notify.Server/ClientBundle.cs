using System.Security.Cryptography;

namespace Notify.Server;

/// <summary>
/// Serves the stock Socket.IO client below the path where pages written for the original load it. The files come from the npm package
/// at build time; a build without npm has none, and sends browsers to the public CDN.
/// </summary>
internal sealed class ClientBundle
{
    /// <summary>The version in <c>client/package.json</c>, for browsers that are sent to the CDN.</summary>
    public const string Version = "4.8.4";

    private const string Cdn = "https://cdn.socket.io/" + Version + "/";
    private const string Prefix = "/socket.io/";

    private static readonly string[] Names =
        ["socket.io.js", "socket.io.js.map", "socket.io.min.js", "socket.io.min.js.map", "socket.io.esm.min.js", "socket.io.esm.min.js.map", "socket.io.msgpack.min.js", "socket.io.msgpack.min.js.map"];

    private readonly Dictionary<string, (string Path, string Tag)> _files = new(StringComparer.Ordinal);

    public ClientBundle(string folder)
    {
        foreach (var name in Names)
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                _files[name] = (path, $"\"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))[..20]}\"");
            }
        }
    }

    /// <summary>Answers a request for a client file. False when it is none.</summary>
    public async Task<bool> TryServeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (!path.StartsWith(Prefix, StringComparison.Ordinal) || !Names.Contains(path[Prefix.Length..]) || context.Request.Query.ContainsKey("EIO"))
        {
            return false;
        }

        var name = path[Prefix.Length..];
        var response = context.Response;
        if (!_files.TryGetValue(name, out var file))
        {
            response.Redirect(Cdn + name);
            return true;
        }

        // A page of another origin may load a script, but import a module or check a hash only with this.
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.ETag = file.Tag;
        response.Headers.CacheControl = "public, max-age=0";
        if (context.Request.Headers.IfNoneMatch == file.Tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return true;
        }

        response.ContentType = name.EndsWith(".map", StringComparison.Ordinal) ? "application/json" : "application/javascript";
        await response.SendFileAsync(file.Path);
        return true;
    }
}
