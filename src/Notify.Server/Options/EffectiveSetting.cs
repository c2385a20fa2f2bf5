namespace Notify.Server.Options;

/// <summary>Represents a setting that is in effect.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Text">The value as an operator writes it; empty for none.</param>
/// <param name="Origin">The origin of the value, in words.</param>
internal sealed record EffectiveSetting(Setting Setting, string Text, string Origin)
{
    /// <summary>Gets the value for output. For a secret it only shows whether it is the default.</summary>
    public string Shown => Text.Length == 0
        ? "(not set)"
        : Setting.Show(Text) ?? (Text == Setting.Default ? "(the default)" : "(set, not shown)");
}
