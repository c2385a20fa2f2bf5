namespace Notify.Server.Endpoints;

/// <summary>Serves a script of the build, or its source map, to pages of any origin.</summary>
internal static class ScriptFile
{
    /// <summary>Returns the handler of a file that exists.</summary>
    public static RequestDelegate Answer(string file)
    {
        var type = file.EndsWith(".map", StringComparison.Ordinal) ? "application/json" : "application/javascript";
        var result = TypedResults.PhysicalFile(file, type, entityTag: StaticContent.TagOf(File.ReadAllBytes(file)));
        return context =>
        {
            // Without this header a page of another origin can load the script, but cannot import a module or check a hash.
            context.Response.Headers.AccessControlAllowOrigin = "*";
            context.Response.Headers.CacheControl = "public, max-age=0";
            return result.ExecuteAsync(context);
        };
    }
}
