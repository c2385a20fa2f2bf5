namespace Notify.Server.Options;

/// <summary>A setting as it is in effect.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Text">Its value as an operator writes it; empty for nothing.</param>
/// <param name="Origin">Where the value comes from, in words.</param>
internal sealed record EffectiveSetting(Setting Setting, string Text, string Origin)
{
    /// <summary>The value as it may be printed: of a secret only whether it is the one that everybody knows.</summary>
    public string Shown => Text.Length == 0 ? "(not set)" : Setting.Show(Text) ?? (Text == Setting.Default ? "(the default)" : "(set, not shown)");
}
