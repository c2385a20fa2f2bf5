namespace Notify.Server.Operators;

/// <summary>Describes a setting that is in effect.</summary>
/// <param name="Name">The name of the setting.</param>
/// <param name="Value">The value. A secret is not shown.</param>
/// <param name="Origin">Where the value comes from, in words.</param>
public sealed record ConfigSetting(string Name, string Value, string Origin);
