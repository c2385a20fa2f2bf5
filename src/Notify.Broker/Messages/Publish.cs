using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Broker.Messages;

/// <summary>Requests the owner to order and store a notification; answered by <see cref="Published"/>.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Id">The publish id.</param>
/// <param name="Payload">The notification's JSON, UTF-8.</param>
/// <param name="Key">The idempotency key, or null.</param>
public sealed record Publish(string Channel, PublishId Id, ReadOnlyMemory<byte> Payload, IdempotencyKey? Key = null) : IChannelMessage;
