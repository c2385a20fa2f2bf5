using System.Globalization;
using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Documentation;

/// <summary>Tests that the page of wrong configurations shows the program's messages.</summary>
public sealed class WrongSettingsTests
{
    [Fact]
    public async Task The_page_of_wrong_configurations_is_what_the_program_says()
    {
        using var program = new TemporaryFolder();
        Copy(AppContext.BaseDirectory, program.Path);
        var page = new StringBuilder("\n");
        foreach (var (settings, number) in WrongSettings.All.Select((settings, index) => (settings, index + 1)))
        {
            using var folder = new TemporaryFolder();
            var end = await RunAsync(settings, folder, program);

            Assert.Equal((2, ""), (end.Code, end.Output));
            Assert.DoesNotContain("hunter2", end.Error, StringComparison.Ordinal);
            page.Append(CultureInfo.InvariantCulture, $"### {number}. {settings.Title}\n\n");
            if (settings.File is { } file)
            {
                page.Append($"With `config/appsettings.Production.json`\n\n    {file}\n\n");
            }

            var command = string.Join(' ', settings.Environment.Select(pair => $"{pair.Name}={pair.Value}"));
            page.Append($"    $ {command} Notify.Server\n{Indent(end.Error)}\n");
        }

        GeneratedSection.Check("src/Notify.Server/Options/README.md", "wrong configurations", page.ToString());
    }

    private static async Task<ProgramEnd> RunAsync(WrongSettings settings, TemporaryFolder folder, TemporaryFolder program)
    {
        var pair = PemPair.Create("localhost");
        foreach (var file in settings.Files)
        {
            folder.Write(file, file == "tls.crt" ? pair.Certificate : pair.Key);
        }

        if (settings.File is not { } json)
        {
            return await ServerProgram.RunAsync([], settings.Environment, folder.Path);
        }

        // The file must be beside the program, which other tests start from this folder.
        await File.WriteAllTextAsync(program.At("config/appsettings.Production.json"), json);
        return await ServerProgram.RunAsync([], settings.Environment, folder.Path, program.Path);
    }

    private static string Indent(string text) => string.Concat(text.TrimEnd('\n').Split('\n').Select(line => $"    {line}\n"));

    private static void Copy(string from, string to)
    {
        foreach (var folder in (string[])["", "config", "hocon"])
        {
            Directory.CreateDirectory(Path.Combine(to, folder));
            foreach (var path in Directory.EnumerateFiles(Path.Combine(from, folder)))
            {
                File.Copy(path, Path.Combine(to, folder, Path.GetFileName(path)));
            }
        }
    }
}
