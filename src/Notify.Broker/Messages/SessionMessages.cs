using Notify.Broker.Recovery;

namespace Notify.Broker.Messages;

/// <summary>
/// Requests a session whose client has reconnected to another node; answered by <see cref="SessionTaken"/> or <see cref="SessionMissing"/>.
/// </summary>
/// <param name="PrivateId">The session's private id.</param>
internal sealed record TakeSession(string PrivateId) : IClusterMessage;

/// <summary>Transfers a session to the requesting node. Its former connection has been ended.</summary>
/// <param name="PrivateId">The session's private id.</param>
/// <param name="Log">The session's channels and delivered notifications.</param>
/// <param name="Owner">Whose session it is. Version 2.1 does not send it.</param>
internal sealed record SessionTaken(string PrivateId, DeliveryLogState Log, SessionOwner Owner) : IClusterMessage;

/// <summary>Reports that a node does not have a session.</summary>
/// <param name="PrivateId">The session's private id.</param>
/// <param name="IsOver">Whether this incarnation of the node created the session, and so knows that it has ended.</param>
internal sealed record SessionMissing(string PrivateId, bool IsOver) : IClusterMessage;
