namespace Notify.Server.Operators;

/// <summary>Lists the settings that are in effect on the node that answers.</summary>
/// <param name="Node">The name of the node.</param>
/// <param name="Settings">The settings.</param>
/// <param name="Warnings">What is probably not intended.</param>
public sealed record ConfigAnswer(string Node, IReadOnlyList<ConfigSetting> Settings, IReadOnlyList<string> Warnings);
