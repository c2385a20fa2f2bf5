namespace Notify.Storage.Postgres;

/// <summary>Says what a node finds when it connects, and what it knew before.</summary>
/// <param name="System">The server's identifier; null when it may not be seen.</param>
/// <param name="Timeline">The server's timeline; null when it may not be seen.</param>
/// <param name="Generation">The newest generation that this node has seen; 0 when it has seen none.</param>
/// <param name="HasWitness">Whether the newest notification that this node had kept is there; null when none counts.</param>
/// <param name="WasSynchronous">Whether the server waited for replicas when this node wrote last.</param>
internal readonly record struct HistoryFound(long? System, int? Timeline, long Generation, bool? HasWitness, bool WasSynchronous);
