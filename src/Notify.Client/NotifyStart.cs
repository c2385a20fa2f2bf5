namespace Notify.Client;

/// <summary>Specifies where a subscription begins in channels for which it has no position.</summary>
public enum NotifyStart
{
    /// <summary>With the next notification.</summary>
    Now,

    /// <summary>With the oldest notification that the server still has.</summary>
    Earliest,
}
