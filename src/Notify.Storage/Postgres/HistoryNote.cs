namespace Notify.Storage.Postgres;

/// <summary>Says what the database notes of its own history.</summary>
/// <param name="Generation">How often all epochs were renewed.</param>
/// <param name="System">The identifier of the server that noted it; null when it was not known.</param>
/// <param name="Timeline">The server's timeline then; null when it was not known.</param>
/// <param name="Writer">The transaction that noted it; null before the first note.</param>
/// <param name="RowWriter">The transaction that wrote the row. A dump that is restored has another one.</param>
/// <param name="Id">The number that stands in the epochs of new channels.</param>
internal sealed record HistoryNote(long Generation, long? System, int? Timeline, long? Writer, long RowWriter, int Id);
