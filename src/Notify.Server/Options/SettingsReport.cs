using System.Text;

namespace Notify.Server.Options;

/// <summary>The settings in effect as <c>--check</c> prints them: each value, never a secret one, and where it comes from.</summary>
internal static class SettingsReport
{
    /// <summary>Writes the report.</summary>
    public static string Write(OptionsReading reading)
    {
        var text = new StringBuilder("Notify would start with these settings:\n\n");
        var names = reading.Settings.Max(setting => setting.Setting.Name.Length);
        var values = reading.Settings.Max(setting => setting.Shown.Length);
        foreach (var setting in reading.Settings)
        {
            text.Append($"  {setting.Setting.Name.PadRight(names)}  {setting.Shown.PadRight(values)}  {setting.Origin}\n");
        }

        foreach (var warning in reading.Warnings)
        {
            text.Append($"\nWarning: {warning}\n");
        }

        return text.ToString();
    }
}
