namespace Notify.Storage.Postgres;

/// <summary>Defines the statements that give channels new epochs.</summary>
internal static class PostgresEpochs
{
    /// <summary>Blocks all other writes while all epochs are renewed.</summary>
    public const string Exclude = "LOCK TABLE notify.channel IN SHARE ROW EXCLUSIVE MODE";

    /// <summary>Waits for transactions of other nodes that are under way.</summary>
    public const string Patience = "SELECT set_config('lock_timeout', '20s', true)";

    /// <summary>Selects a store number that differs from the current one.</summary>
    public const string NextId = "(id + 1 + floor(random() * 16777214))::integer % 16777216";

    /// <summary>Selects the number of the transaction that writes a row, as the row's <c>xmin</c> shows it afterwards.</summary>
    public const string Writer = "txid_current() % 4294967296";

    private const string Random = "left(replace(gen_random_uuid()::text, '-', ''), 12)";
    private const string Nobody = $"('x' || {Random})::bit(48)::bigint";

    /// <summary>Sets a new epoch and no owner. The condition that selects the channels is appended.</summary>
    public const string Renew = $"UPDATE notify.channel SET epoch = {Random}, owner = {Nobody}";

    /// <summary>
    /// Renews the epoch of one channel that does not contain a notification that was delivered. A channel that is unknown was created after
    /// the loss, and must not begin again under its first epoch.
    /// </summary>
    public const string RenewLost = $"""
        INSERT INTO notify.channel AS c (name, epoch, last, floor, bytes, owner, alive_at)
        VALUES ($1, {Random}, 0, 0, 0, {Nobody}, now())
        ON CONFLICT (name) DO UPDATE SET epoch = EXCLUDED.epoch, owner = EXCLUDED.owner
        WHERE c.epoch = $2 AND (c.last < $3 OR (c.floor < $3 AND $4 IS NOT NULL AND NOT EXISTS (
          SELECT FROM notify.notification n WHERE n.channel = c.id AND n."offset" = $3 AND n.request = $4 AND n.occurrence = $5)))
        RETURNING id
        """;

    /// <summary>Erases what is stored of a channel if the caller owns it, and gives it a new epoch.</summary>
    public const string Erase = $"""
        WITH erased AS (
          UPDATE notify.channel SET epoch = {Random}, owner = {Nobody}, last = 0, floor = 0, bytes = 0, oldest_at = NULL
          WHERE id = $1 AND owner = $2 RETURNING id
        ), notifications AS (
          DELETE FROM notify.notification n USING erased WHERE n.channel = erased.id
        ), keys AS (
          DELETE FROM notify.send_key k USING erased WHERE k.channel = erased.id
        ), marks AS (
          DELETE FROM notify.inbox i USING erased WHERE i.channel = erased.id
        )
        SELECT id FROM erased
        """;

    /// <summary>Updates the store's identity after all epochs have changed.</summary>
    public const string Identify = $"UPDATE notify.store SET id = {NextId}, generation = generation + 1, writer = {Writer}";

    /// <summary>Limits how long the renewal of a table with millions of rows may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
}
