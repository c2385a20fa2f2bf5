namespace Notify.Storage.Postgres;

/// <summary>Holds the database's own record of its history.</summary>
/// <param name="Generation">The number of times that all epochs were renewed.</param>
/// <param name="System">The identifier of the server that wrote the record; null when it was unknown.</param>
/// <param name="Timeline">The server's timeline at that time; null when it was unknown.</param>
/// <param name="Writer">The transaction that wrote the record; null before the first one.</param>
/// <param name="RowWriter">The transaction that wrote the row. It differs from <paramref name="Writer"/> after a dump was restored.</param>
/// <param name="Id">The store's number, from which the epochs of new channels are derived.</param>
internal sealed record HistoryNote(long Generation, long? System, int? Timeline, long? Writer, long RowWriter, int Id);
