namespace Notify.Broker.Messages;

/// <summary>Reports that a node does not have a session.</summary>
/// <param name="PrivateId">The session's private id.</param>
/// <param name="IsOver">Whether this incarnation of the node created the session, and so knows that it has ended.</param>
internal sealed record SessionMissing(string PrivateId, bool IsOver) : IClusterMessage;
