namespace Notify.Storage.Postgres;

/// <summary>
/// The schema, as the steps that lead to it: step N makes version N of version N - 1, in one transaction. A step that a released version
/// has is never changed. While a cluster is upgraded node by node, those that are not yet upgraded go on with the new schema: a step adds,
/// and takes away only what the version before has no use for.
/// </summary>
internal static class PostgresMigrations
{
    // channel.oldest_at: when its oldest notification was kept; null when there is none. channel.alive_at: when it was last sent to or
    // known to live on a node, to a twenty-fourth of the time that it counts for: both are indexed, and an append that changes neither
    // leaves the indexes alone (https://www.postgresql.org/docs/current/storage-hot.html), for which its page has room.
    private const string First = """
        CREATE TABLE notify.channel (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          name bytea NOT NULL UNIQUE,
          epoch text NOT NULL,
          last bigint NOT NULL,
          floor bigint NOT NULL,
          bytes bigint NOT NULL,
          owner bigint NOT NULL,
          oldest_at timestamptz,
          alive_at timestamptz NOT NULL
        ) WITH (fillfactor = 70);
        CREATE INDEX channel_oldest ON notify.channel (oldest_at) WHERE oldest_at IS NOT NULL;
        CREATE INDEX channel_empty ON notify.channel (alive_at) WHERE oldest_at IS NULL;
        CREATE TABLE notify.notification (
          channel bigint NOT NULL,
          "offset" bigint NOT NULL,
          request uuid NOT NULL,
          occurrence integer NOT NULL,
          at bigint NOT NULL,
          kept_at timestamptz NOT NULL,
          payload bytea NOT NULL,
          PRIMARY KEY (channel, "offset")
        ) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.1);
        CREATE TABLE notify.send_key (
          channel bigint NOT NULL,
          key bytea NOT NULL,
          key_occurrence integer NOT NULL,
          request uuid NOT NULL,
          occurrence integer NOT NULL,
          epoch text NOT NULL,
          "offset" bigint NOT NULL,
          kept_at timestamptz NOT NULL,
          PRIMARY KEY (channel, key, key_occurrence)
        ) WITH (autovacuum_vacuum_scale_factor = 0.05);
        CREATE INDEX send_key_age ON notify.send_key (kept_at);
        CREATE TABLE notify.space (
          is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
          measured_at timestamptz NOT NULL,
          used bigint NOT NULL,
          excess bigint NOT NULL
        );
        INSERT INTO notify.space (measured_at, used, excess) VALUES ('-infinity', 0, 0);
        """;

    // Which store this is; see PostgresIdentity.
    private const string Second = """
        CREATE TABLE notify.store (is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only), id integer NOT NULL);
        INSERT INTO notify.store (id) VALUES (floor(random() * 16777216));
        """;

    // Whose history this is; see PostgresHistory.
    private const string Third = """
        ALTER TABLE notify.store
          ADD COLUMN generation bigint NOT NULL DEFAULT 0, ADD COLUMN system bigint, ADD COLUMN timeline integer, ADD COLUMN writer bigint;
        """;

    /// <summary>All steps; the first makes version 1.</summary>
    public static IReadOnlyList<string> All { get; } = [First, Second, Third];
}
