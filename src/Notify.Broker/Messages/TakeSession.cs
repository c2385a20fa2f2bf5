namespace Notify.Broker.Messages;

/// <summary>Asks a node for a session whose client has come to another one; answered by <see cref="SessionTaken"/> or <see cref="SessionMissing"/>.</summary>
/// <param name="PrivateId">The id that only the client knows.</param>
internal sealed record TakeSession(string PrivateId) : IClusterMessage;
