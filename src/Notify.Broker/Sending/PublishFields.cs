namespace Notify.Broker.Sending;

/// <summary>Represents what a backend publishes beside the payload.</summary>
/// <param name="Meta">The fields, as a JSON object in UTF-8; see <see cref="Inboxes.ItemMeta"/>. Empty for none.</param>
/// <param name="Id">The id that the backend chose for the request; null for a new one.</param>
public readonly record struct PublishFields(ReadOnlyMemory<byte> Meta, Guid? Id);
