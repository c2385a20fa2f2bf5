using Notify.Broker.Recovery;

namespace Notify.Broker.Messages;

/// <summary>Transfers a session to the requesting node. Its former connection has been ended.</summary>
/// <param name="PrivateId">The session's private id.</param>
/// <param name="Log">The session's channels and delivered notifications.</param>
internal sealed record SessionTaken(string PrivateId, DeliveryLogState Log) : IClusterMessage;
