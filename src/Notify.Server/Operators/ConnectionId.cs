namespace Notify.Server.Operators;

/// <summary>Asks a node for one connection.</summary>
/// <param name="Id">The id of the connection.</param>
/// <param name="Trace">Whether its events are remembered from now on.</param>
internal sealed record ConnectionId(string Id, bool Trace = false);
