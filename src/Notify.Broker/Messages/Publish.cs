using Notify.Broker.Channels;

namespace Notify.Broker.Messages;

/// <summary>A sender asks the owner to order a notification; answered by <see cref="Published"/>.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Id">The identity of the send.</param>
/// <param name="IsRetry">Whether it was asked before, so that it must be looked up.</param>
/// <param name="Payload">The notification's JSON, UTF-8.</param>
public sealed record Publish(string Channel, SendId Id, bool IsRetry, ReadOnlyMemory<byte> Payload) : IChannelMessage;
