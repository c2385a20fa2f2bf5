using Notify.Broker.Channels;

namespace Notify.Broker.Messages;

/// <summary>The send is not kept: the owner has more waiting to be kept than may wait. Asking again at once would not help.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Id">The identity of the send.</param>
public sealed record PublishRefused(string Channel, PublishId Id) : IClusterMessage;
