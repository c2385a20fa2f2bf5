namespace Notify.Server.Options;

/// <summary>Holds the result of reading the settings.</summary>
/// <param name="Options">The options, with the default for each invalid setting.</param>
/// <param name="Settings">Every valid setting, in the order of the table.</param>
/// <param name="Errors">The errors, which stop the start: one line each, with the setting, the problem and a fix.</param>
/// <param name="Warnings">The warnings, for valid settings that are probably a mistake: one line each.</param>
internal sealed record OptionsReading(
    NotifyOptions Options,
    IReadOnlyList<EffectiveSetting> Settings,
    IReadOnlyList<string> Errors,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Gets the variables of OpenTelemetry that are set, as they may be shown.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> OpenTelemetry { get; init; } = [];
}
