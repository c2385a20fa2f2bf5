using System.Text;

namespace Notify.Server.Options;

/// <summary>Writes the settings in effect for <c>--check</c>: each value, but never a secret one, and its origin.</summary>
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
