namespace Notify.Server.Options;

/// <summary>Defines whether joins that the rules forbid are refused.</summary>
public enum AccessMode
{
    /// <summary>They are refused.</summary>
    Enforce,

    /// <summary>They are counted and logged, and allowed.</summary>
    Observe,
}
