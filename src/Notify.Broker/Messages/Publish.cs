using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Broker.Messages;

/// <summary>A sender asks the owner to order a notification; answered by <see cref="Published"/>.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Id">The identity of the send.</param>
/// <param name="Payload">The notification's JSON, UTF-8.</param>
/// <param name="Key">What the backend names the send by, or null.</param>
public sealed record Publish(string Channel, PublishId Id, ReadOnlyMemory<byte> Payload, IdempotencyKey? Key = null) : IChannelMessage;
