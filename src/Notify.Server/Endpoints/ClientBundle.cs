namespace Notify.Server.Endpoints;

/// <summary>
/// Serves the original Socket.IO client at the path where pages for socket.io-notify load it. The files come from the npm package at
/// build time. A build without npm has none, and redirects browsers to the public CDN.
/// </summary>
internal static class ClientBundle
{
    /// <summary>The version in <c>client/package.json</c>, for redirects to the CDN.</summary>
    public const string Version = "4.8.4";

    private const string Cdn = "https://cdn.socket.io/" + Version + "/";
    private const string Prefix = "/socket.io/";

    private static readonly string[] Paths =
    [
        .. new[] { "socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js" }
            .SelectMany(static name => new[] { Prefix + name, Prefix + name + ".map" }),
    ];

    /// <summary>Gets the folder of the files.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "client");

    /// <summary>Gets whether the build has the files.</summary>
    public static bool Exists => File.Exists(Path.Combine(Folder, "socket.io.js"));

    /// <summary>Returns whether a request below the path of Socket.IO is for a file, and not for a session.</summary>
    public static bool Matches(HttpContext context) => context.Request.Path.Value is { } path
        && path.Length > Prefix.Length
        && Paths.Contains(path, StringComparer.Ordinal)
        && !context.Request.Query.ContainsKey("EIO");

    /// <summary>Maps the files in <paramref name="folder"/>.</summary>
    public static void MapClientBundle(this IEndpointRouteBuilder endpoints, string folder)
    {
        foreach (var path in Paths)
        {
            endpoints.MapFile(path, Answer(Path.Combine(folder, path[Prefix.Length..])));
        }
    }

    private static RequestDelegate Answer(string file)
    {
        var name = Path.GetFileName(file);
        if (!File.Exists(file))
        {
            return context =>
            {
                context.Response.Redirect(Cdn + name);
                return Task.CompletedTask;
            };
        }

        return ScriptFile.Answer(file);
    }
}
