namespace Notify.Storage.Postgres;

/// <summary>Describes the database that a node finds when it connects, and what the node remembers of it.</summary>
/// <param name="System">The server's identifier; null when the role may not read it.</param>
/// <param name="Timeline">The server's timeline; null when the role may not read it.</param>
/// <param name="Generation">The newest generation that this node has seen; 0 when it has seen none.</param>
/// <param name="HasWitness">Whether the newest notification that this node has stored still exists; null when there is none to
/// check.</param>
/// <param name="WasSynchronous">Whether the server waited for replicas at this node's last write.</param>
internal readonly record struct HistoryFound(long? System, int? Timeline, long Generation, bool? HasWitness, bool WasSynchronous);
