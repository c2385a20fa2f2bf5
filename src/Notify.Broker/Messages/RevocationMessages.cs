using Notify.Broker.Revocations;

namespace Notify.Broker.Messages;

/// <summary>Refuses tokens on a node, and ends the connections that began with one; answered by <see cref="RevokeDone"/>.</summary>
/// <param name="Revocation">The revocation, as it is stored.</param>
/// <param name="Reason">The backend's reason, which clients are told.</param>
public sealed record Revoke(Revocation Revocation, string Reason) : IClusterMessage;

/// <summary>Confirms <see cref="Revoke"/>.</summary>
/// <param name="Connections">The number of connections that end.</param>
public sealed record RevokeDone(int Connections) : IClusterMessage, IDisconnectAnswer;

/// <summary>Ends connections of a node; answered by <see cref="DisconnectDone"/>.</summary>
/// <param name="Order">The connections.</param>
public sealed record Disconnect(DisconnectOrder Order) : IClusterMessage;

/// <summary>Confirms <see cref="Disconnect"/>.</summary>
/// <param name="Connections">The number of connections that end.</param>
public sealed record DisconnectDone(int Connections) : IClusterMessage, IDisconnectAnswer;

/// <summary>
/// Requests the revocations of a node, when there is no shared store that knows all of them; answered by <see cref="RevocationList"/>.
/// </summary>
/// <param name="After">The kind and the name after which the list starts; null for its start.</param>
public sealed record ListRevocations((RevocationKind Kind, string Name)? After) : IClusterMessage;

/// <summary>Lists revocations of a node by kind and name. The list is the last one if it is shorter than a page.</summary>
/// <param name="Revocations">The revocations.</param>
/// <param name="IsComplete">Whether the node has itself read all revocations.</param>
public sealed record RevocationList(IReadOnlyList<Revocation> Revocations, bool IsComplete) : IClusterMessage;
