namespace Notify.Server.Tests.Documentation;

/// <summary>
/// Represents a generated part of a page, between <c>&lt;!-- generated: name --&gt;</c> and <c>&lt;!-- end: name --&gt;</c>. With
/// <c>UPDATE_DOCS=1</c> in the environment the tests write it, otherwise they compare it.
/// </summary>
internal static class GeneratedSection
{
    private static readonly bool IsUpdate = Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1";

    public static void Check(string page, string name, string expected)
    {
        var path = Path.Combine(Root(), page);
        var text = File.ReadAllText(path);
        var begin = $"<!-- generated: {name} -->\n";
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = text.IndexOf($"<!-- end: {name} -->", StringComparison.Ordinal);
        Assert.True(from >= begin.Length && to >= from, $"{page} has no section {name}");
        if (IsUpdate)
        {
            File.WriteAllText(path, text[..from] + expected + text[to..]);
            return;
        }

        Assert.True(
            text[from..to] == expected,
            $"The section {name} of {page} is not what the program says. "
                + "Write it anew with\n\n    UPDATE_DOCS=1 dotnet test tests/Notify.Server.Tests --filter Documentation\n\nor by "
                + $"hand:\n\n{expected}");
    }

    /// <summary>Returns the text of a page of the repository.</summary>
    public static string Read(string page) => File.ReadAllText(Path.Combine(Root(), page));

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Notify.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return folder;
    }
}
