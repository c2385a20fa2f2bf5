namespace Notify.Server.Operators;

/// <summary>Describes one connection.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Channels">The names of the channels that it has joined, at most 500.</param>
/// <param name="Silent">The names of the nodes that did not answer within a second.</param>
public sealed record ConnectionAnswer(ConnectionInfo Connection, IReadOnlyList<string> Channels, IReadOnlyList<string> Silent);
