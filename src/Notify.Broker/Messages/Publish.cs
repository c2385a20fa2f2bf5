using Notify.Broker.Channels;

namespace Notify.Broker.Messages;

/// <summary>A sender asks the owner to order a notification; answered by <see cref="Published"/>.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Id">The identity of the send.</param>
/// <param name="Payload">The notification's JSON, UTF-8.</param>
public sealed record Publish(string Channel, SendId Id, ReadOnlyMemory<byte> Payload) : IChannelMessage;
