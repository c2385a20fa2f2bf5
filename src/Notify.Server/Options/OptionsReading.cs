namespace Notify.Server.Options;

/// <summary>What reading the settings brought.</summary>
/// <param name="Options">The options; where something is wrong, the default.</param>
/// <param name="Settings">Every setting with a right value, in the order of the table.</param>
/// <param name="Errors">What stops the start: one line each, with the setting, what is wrong and what to write instead.</param>
/// <param name="Warnings">What does not, but is hardly meant: one line each.</param>
internal sealed record OptionsReading(
    NotifyOptions Options,
    IReadOnlyList<EffectiveSetting> Settings,
    IReadOnlyList<string> Errors,
    IReadOnlyList<string> Warnings);
