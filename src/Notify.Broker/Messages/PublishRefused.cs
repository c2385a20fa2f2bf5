using Notify.Broker.Channels;

namespace Notify.Broker.Messages;

/// <summary>Refuses a publish that was not stored, because the owner's write backlog is full. An immediate retry would not help.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Id">The publish id.</param>
public sealed record PublishRefused(string Channel, PublishId Id) : IClusterMessage;
