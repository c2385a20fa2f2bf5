namespace Notify.Server.Operators;

/// <summary>Asks a node for one connection.</summary>
/// <param name="Id">The id of the connection.</param>
internal sealed record ConnectionId(string Id);
