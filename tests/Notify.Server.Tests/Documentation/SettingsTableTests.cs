using System.Text;
using Notify.Server.Options;

namespace Notify.Server.Tests.Documentation;

/// <summary>Tests that the README's table of settings matches the program.</summary>
public sealed class SettingsTableTests
{
    private const int LineLength = 140;

    [Fact]
    public void The_page_of_settings_lists_those_of_the_program()
    {
        var page = new StringBuilder("\n");
        foreach (var setting in SettingTable.All)
        {
            page.Append($"### `{setting.Name}`\n\n{Wrap(setting.Effect)}\n\n");
            page.Append(
                $"{Wrap($"Default: {Default(setting)}. Value: {setting.Allowed}.{Example(setting)}")}\n\n");
        }

        var files = SettingTable.All.Where(setting => setting.MayBeFile).Select(setting => Code(setting.FileName)).ToArray();
        page.Append("### Values from files\n\n");
        page.Append(
            Wrap($"{string.Join(", ", files[..^1])} and {files[^1]} name a file that contains the value, as container secrets do.")
            + "\n\n");
        GeneratedSection.Check("src/Notify.Server/Options/README.md", "settings", page.ToString());
    }

    private static string Default(Setting setting) => setting.Default.Length == 0 ? "not set" : Code(setting.Default);

    private static string Code(string text) => $"`{text}`";

    // The default already shows how to write the value.
    private static string Example(Setting setting) =>
        setting.Example == setting.Default || setting.Allowed == setting.Example ? "" : $" Example: {Code(setting.Example)}.";

    private static string Wrap(string text)
    {
        var wrapped = new StringBuilder();
        var column = 0;
        foreach (var word in text.Split(' '))
        {
            if (column > 0)
            {
                var breaks = column + 1 + word.Length > LineLength;
                wrapped.Append(breaks ? '\n' : ' ');
                column = breaks ? 0 : column + 1;
            }

            wrapped.Append(word);
            column += word.Length;
        }

        return wrapped.ToString();
    }
}
