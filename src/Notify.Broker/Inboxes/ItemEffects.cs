namespace Notify.Broker.Inboxes;

/// <summary>Represents what a publish does to an inbox in addition to adding an item.</summary>
/// <param name="Key">The collapse key, by <see cref="ItemMeta.KeyOf"/>: the item with the same key is removed. Null for none.</param>
/// <param name="ExpiresAt">When the item is removed, in Unix seconds; null for never.</param>
/// <param name="IsSilent">Whether the item is seen and read from the start.</param>
public readonly record struct ItemEffects(long? Key, long? ExpiresAt, bool IsSilent);
