namespace Notify.Storage.Postgres;

/// <summary>Tells one history of the database from another, in each transaction.</summary>
/// <param name="Id">The store's number.</param>
/// <param name="Timeline">The server's timeline; null when it may not be seen.</param>
internal sealed record HistoryMark(int Id, int? Timeline)
{
    /// <summary>The name of the first column of the answer to <see cref="Sql"/>.</summary>
    public const string Column = "notify_store";

    /// <summary>The server's timeline. The control file has a new one only after the first checkpoint that follows a promotion.</summary>
    public const string TimelineNow = "('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::integer";

    /// <summary>Asks for both, and whether the server waits for replicas.</summary>
    public string Sql =>
        $"SELECT id AS {Column}, {(Timeline is null ? "NULL::integer" : TimelineNow)}, current_setting('synchronous_standby_names') <> '' FROM notify.store";
}
