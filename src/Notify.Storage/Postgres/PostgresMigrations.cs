namespace Notify.Storage.Postgres;

/// <summary>
/// Defines the schema as a list of migrations. Step N migrates version N - 1 to version N in one transaction. A released step never
/// changes. During a rolling upgrade the nodes that are not upgraded yet work with the new schema, so a step only adds things, or removes
/// things that the version before does not use.
/// </summary>
internal static class PostgresMigrations
{
    // channel.oldest_at: when its oldest notification was stored; null when there is none. channel.alive_at: when it last received a
    // publish or was known to be owned by a node, rounded to a twenty-fourth of the time that it counts for. Both are indexed. An append
    // that changes neither leaves the indexes alone (https://www.postgresql.org/docs/current/storage-hot.html); the fill factor leaves room
    // for this in each page.
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

    // The store's identity; see PostgresEpochs.
    private const string Second = """
        CREATE TABLE notify.store (is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only), id integer NOT NULL);
        INSERT INTO notify.store (id) VALUES (floor(random() * 16777216));
        """;

    // The record of the history; see PostgresHistory.
    private const string Third = """
        ALTER TABLE notify.store
          ADD COLUMN generation bigint NOT NULL DEFAULT 0, ADD COLUMN system bigint, ADD COLUMN timeline integer, ADD COLUMN writer bigint;
        """;

    private const string Fourth = """
        CREATE TABLE notify.revocation (
          kind smallint NOT NULL,
          name bytea NOT NULL,
          before bigint NOT NULL,
          until bigint NOT NULL,
          changed bigint NOT NULL,
          PRIMARY KEY (kind, name)
        );
        CREATE INDEX revocation_changed ON notify.revocation (changed);
        CREATE SEQUENCE notify.revocation_change;
        """;

    // channel.kind is a ChannelKind. The trimmer looks for old notifications and unused heads of each kind. The state of an inbox is in the
    // format of InboxFormat. Its fill factor leaves room for updates in the same page.
    private const string Fifth = """
        ALTER TABLE notify.channel ADD COLUMN kind smallint NOT NULL DEFAULT 0;
        CREATE INDEX channel_kind_oldest ON notify.channel (kind, oldest_at) WHERE oldest_at IS NOT NULL;
        CREATE INDEX channel_kind_empty ON notify.channel (kind, alive_at) WHERE oldest_at IS NULL;
        CREATE TABLE notify.inbox (
          channel bigint PRIMARY KEY,
          revision bigint NOT NULL,
          state bytea NOT NULL
        ) WITH (fillfactor = 70);
        """;

    // The fields beside a notification, as JSON; NULL for none.
    private const string Sixth = "ALTER TABLE notify.notification ADD COLUMN meta bytea";

    // The key of the links that are signed; see IHistoryStore.ReadLinkKeyAsync. PostgreSQL has no other source of strong randomness
    // without an extension.
    private const string Seventh = """
        CREATE TABLE notify.setting (name text PRIMARY KEY, value bytea NOT NULL);
        INSERT INTO notify.setting VALUES ('link_key', uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
        """;

    /// <summary>Gets all steps. The first one creates version 1.</summary>
    public static IReadOnlyList<string> All { get; } = [First, Second, Third, Fourth, Fifth, Sixth, Seventh];
}
