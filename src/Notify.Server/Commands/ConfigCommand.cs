using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Notify.Server.Options;

namespace Notify.Server.Commands;

/// <summary>Implements <c>config</c>: the settings in effect, without secrets.</summary>
internal static class ConfigCommand
{
    // For terminals and programs, not for pages of HTML.
    private static readonly JsonSerializerOptions Format =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Prints JSON for programs." };
        var command = new Command("config", "Prints the settings in effect, and where each comes from. Secrets are not shown.") { json };
        return command.Does(async (parsed, _) =>
        {
            var (_, reading) = ServerProcess.Read();
            if (reading.Errors.Count > 0)
            {
                return await ServerProcess.ExplainAsync(reading.Errors, LogFormat.Text);
            }

            await Console.Out.WriteAsync(parsed.GetValue(json) ? Write(reading) + "\n" : SettingsReport.Write(reading));
            return ExitCodes.Done;
        });
    }

    private static string Write(OptionsReading reading) => new JsonObject
    {
        ["settings"] = new JsonArray([.. reading.Settings.Select(static each => new JsonObject
        {
            ["name"] = each.Setting.Name,
            ["value"] = each.Text.Length == 0 ? null : each.Setting.Show(each.Text),
            ["isSet"] = each.Text.Length > 0,
            ["isSecret"] = each.Setting.IsSecret,
            ["origin"] = each.Origin,
        })]),
        ["warnings"] = new JsonArray([.. reading.Warnings.Select(static each => JsonValue.Create(each))]),
    }.ToJsonString(Format);
}
