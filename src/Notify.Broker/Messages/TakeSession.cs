namespace Notify.Broker.Messages;

/// <summary>
/// Requests a session whose client has reconnected to another node; answered by <see cref="SessionTaken"/> or <see cref="SessionMissing"/>.
/// </summary>
/// <param name="PrivateId">The session's private id.</param>
internal sealed record TakeSession(string PrivateId) : IClusterMessage;
