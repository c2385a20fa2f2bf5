namespace Notify.Server.Operators;

/// <summary>Describes one connection for an operator.</summary>
/// <param name="Connection">The connection; null when the node does not have it.</param>
/// <param name="Channels">The names of the channels that it has joined, at most 500.</param>
internal sealed record ConnectionDetail(ConnectionInfo? Connection, IReadOnlyList<string> Channels);
