namespace Notify.Storage.Postgres;

/// <summary>Identifies the database's history. Every transaction checks it.</summary>
/// <param name="Id">The store's number.</param>
/// <param name="Generation">The number of times that all epochs were renewed.</param>
/// <param name="Timeline">The server's timeline; null when the role may not read it.</param>
internal sealed record HistoryMark(int Id, long Generation, int? Timeline)
{
    /// <summary>Names the first column of the result of <see cref="Query"/>.</summary>
    public const string Column = "notify_store";

    /// <summary>
    /// Selects the server's timeline. After a promotion the control file shows the new timeline only from the first checkpoint on.
    /// </summary>
    public const string TimelineNow = "('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer";

    /// <summary>Returns the query for the mark, and for whether the server waits for replicas.</summary>
    public string Query() => $"""
        SELECT id AS {Column}, generation, {(Timeline is null ? "NULL::integer" : TimelineNow)},
               current_setting('synchronous_standby_names') <> ''
        FROM notify.store
        """;

    /// <summary>
    /// Returns whether this mark follows <paramref name="before"/> on the same server, so that only the epochs have changed.
    /// </summary>
    public bool Follows(HistoryMark before) => Timeline == before.Timeline && Generation >= before.Generation;
}
