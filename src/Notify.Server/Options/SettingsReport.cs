using System.Text;
using Notify.Protocol.Tokens;

namespace Notify.Server.Options;

/// <summary>Writes the settings in effect for <c>--check</c>: each value, but never a secret one, and its origin.</summary>
internal static class SettingsReport
{
    private static readonly string[] Endings = ["1", "42", "a"];

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

        AppendOpenTelemetry(text, reading.OpenTelemetry);
        AppendRules(text, reading.Options.Access);
        foreach (var warning in reading.Warnings)
        {
            text.Append($"\nWarning: {warning}\n");
        }

        return text.ToString();
    }

    private static void AppendOpenTelemetry(StringBuilder text, IReadOnlyList<KeyValuePair<string, string>> variables)
    {
        if (variables.Count == 0)
        {
            return;
        }

        text.Append("\nOpenTelemetry reads:\n\n");
        var width = variables.Max(static variable => variable.Key.Length);
        foreach (var (name, value) in variables)
        {
            text.Append($"  {name.PadRight(width)}  {value}\n");
        }
    }

    private static void AppendRules(StringBuilder text, AccessOptions access)
    {
        if (access.Rules.IsOpen)
        {
            return;
        }

        text.Append("\nWho may join which channels:\n\n");
        var rules = access.Rules.Patterns.Select(static rule => (Pattern: rule.Key.ToString(), rule.Value, Examples: ExamplesOf(rule.Key)))
            .Append((Pattern: "(all others)", access.Rules.Default, Examples: "news, team:1, user:42"))
            .ToList();
        var width = rules.Max(static rule => rule.Pattern.Length);
        foreach (var (pattern, rule, examples) in rules)
        {
            text.Append($"  {pattern.PadRight(width)}  {AccessRules.NameOf(rule),-6}  for example {examples}\n");
        }

        if (access.Mode == AccessMode.Observe)
        {
            text.Append("\nNobody is refused: NOTIFY_ACCESS_MODE=observe only counts.\n");
        }
    }

    private static string ExamplesOf(ChannelPattern pattern) =>
        pattern.IsPrefix ? string.Join(", ", Endings.Select(ending => pattern.Literal + ending)) : pattern.Literal;
}
