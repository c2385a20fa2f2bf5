namespace Notify.Server.Endpoints;

/// <summary>
/// Serves the client of inboxes and the bell below <c>/client/</c>. The scripts are built from <c>src/notify-inbox</c>. A build without
/// npm has none.
/// </summary>
internal static class InboxScripts
{
    private const string Prefix = "/client/";

    /// <summary>Gets the folder of the scripts.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "inbox");

    /// <summary>Gets whether the build has the scripts.</summary>
    public static bool Exist => Directory.Exists(Folder);

    /// <summary>Maps the scripts in <paramref name="folder"/>.</summary>
    public static void MapInboxScripts(this IEndpointRouteBuilder endpoints, string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*.js", SearchOption.AllDirectories))
        {
            endpoints.MapFile(Prefix + Path.GetRelativePath(folder, file).Replace('\\', '/'), ScriptFile.Answer(file));
        }
    }
}
