using System.Text;
using Notify.Server.Options;

namespace Notify.Server.Tests.Documentation;

/// <summary>Tests that the README's table of settings matches the program.</summary>
public sealed class SettingsTableTests
{
    [Fact]
    public void The_table_of_the_README_is_that_of_the_program()
    {
        var table = new StringBuilder("\n| name | default | what it does | values |\n|---|---|---|---|\n");
        foreach (var setting in SettingTable.All)
        {
            table.Append($"| `{setting.Name}` | {Code(setting.Default)} | {setting.Effect} | {setting.Allowed}{Example(setting)} |\n");
        }

        var files = SettingTable.All.Where(setting => setting.MayBeFile).Select(setting => Code(setting.FileName)).ToArray();
        table.Append(
            $"\nRead from a file, as container secrets are: {string.Join(", ", files[..^1])} and {files[^1]} name a file that holds the "
                + "value.\n\n");
        GeneratedSection.Check("README.md", "settings", table.ToString());
    }

    private static string Code(string text) => text.Length == 0 ? "" : $"`{text}`";

    // A default in the row already shows the form of the value.
    private static string Example(Setting setting) =>
        setting.Example == setting.Default || setting.Allowed == setting.Example ? "" : $": `{setting.Example}`";
}
