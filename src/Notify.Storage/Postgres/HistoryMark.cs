namespace Notify.Storage.Postgres;

/// <summary>Tells one history of the database from another, in each transaction.</summary>
/// <param name="Id">The store's number.</param>
/// <param name="Generation">How often all epochs were renewed.</param>
/// <param name="Timeline">The server's timeline; null when it may not be seen.</param>
internal sealed record HistoryMark(int Id, long Generation, int? Timeline)
{
    /// <summary>The name of the first column of the answer to <see cref="Query"/>.</summary>
    public const string Column = "notify_store";

    /// <summary>The server's timeline. The control file has a new one only after the first checkpoint that follows a promotion.</summary>
    public const string TimelineNow = "('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer";

    /// <summary>Asks for all of it, and whether the server waits for replicas.</summary>
    public string Query() => $"""
        SELECT id AS {Column}, generation, {(Timeline is null ? "NULL::integer" : TimelineNow)}, current_setting('synchronous_standby_names') <> ''
        FROM notify.store
        """;

    /// <summary>Whether this one followed <paramref name="before"/> on the same server: nothing but the epochs has changed.</summary>
    public bool Follows(HistoryMark before) => Timeline == before.Timeline && Generation >= before.Generation;
}
