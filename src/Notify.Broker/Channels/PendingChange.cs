namespace Notify.Broker.Channels;

/// <summary>
/// Represents a change of a channel that is decided but not stored yet, a notification or marks of an inbox; or an answer that waits for
/// the changes before it.
/// </summary>
internal abstract class PendingChange
{
    /// <summary>Gets or sets whether it is stored. Changes decided before it may still be in flight.</summary>
    public bool IsStored { get; set; }
}
