namespace Notify.Storage.Sqlite;

/// <summary>Resolves a path to an absolute path without links, whether or not the file exists.</summary>
internal static class CanonicalPath
{
    // The limit of Linux.
    private const int MaxLinks = 40;

    /// <summary>
    /// Follows every link in <paramref name="path"/>, including links among its folders. A path with a cycle of links is returned unchanged
    /// and cannot be opened.
    /// </summary>
    public static string Of(string path)
    {
        var absolute = Path.Combine(Directory.GetCurrentDirectory(), path);
        var root = Path.GetPathRoot(absolute)!;
        var rest = new Stack<string>();
        Push(rest, absolute[root.Length..]);
        var real = root;
        var links = 0;
        while (rest.TryPop(out var name))
        {
            if (name == "..")
            {
                // The links before ".." are already followed, so this is the parent of their target.
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            var next = Path.Combine(real, name);
            if (LinkTarget(next) is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return Path.GetFullPath(path);
            }

            if (Path.IsPathRooted(target))
            {
                var full = Path.GetFullPath(target);
                real = Path.GetPathRoot(full)!;
                Push(rest, target[Math.Min(real.Length, target.Length)..]);
            }
            else
            {
                Push(rest, target);
            }
        }

        return real;
    }

    private static void Push(Stack<string> rest, string path)
    {
        var names = path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names.Reverse().Where(name => name != "."))
        {
            rest.Push(name);
        }
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Opening the file will report a better error.
            return null;
        }
    }
}
