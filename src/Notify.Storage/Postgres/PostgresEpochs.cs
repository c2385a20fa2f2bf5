namespace Notify.Storage.Postgres;

/// <summary>Holds the statements that give channels new epochs.</summary>
internal static class PostgresEpochs
{
    /// <summary>Nobody else writes while all are renewed.</summary>
    public const string Exclude = "LOCK TABLE notify.channel IN SHARE ROW EXCLUSIVE MODE";

    /// <summary>Transactions of other nodes that are under way are waited for.</summary>
    public const string Patience = "SELECT set_config('lock_timeout', '20s', true)";

    /// <summary>Another number of the store than the one it has.</summary>
    public const string NextId = "(id + 1 + floor(random() * 16777214))::integer % 16777216";

    /// <summary>The transaction that writes a row, as its <c>xmin</c> says it afterwards.</summary>
    public const string Writer = "txid_current() % 4294967296";

    private const string Random = "left(replace(gen_random_uuid()::text, '-', ''), 12)";
    private const string Nobody = $"('x' || {Random})::bit(48)::bigint";

    /// <summary>A new epoch, and nobody as the owner. What selects the channels follows it.</summary>
    public const string Renew = $"UPDATE notify.channel SET epoch = {Random}, owner = {Nobody}";

    /// <summary>
    /// The same for one channel, if it does not have a notification that was told. One that is not known at all began after what was lost,
    /// and must not begin again under its first epoch.
    /// </summary>
    public const string RenewLost = $"""
        INSERT INTO notify.channel AS c (name, epoch, last, floor, bytes, owner, alive_at)
        VALUES ($1, {Random}, 0, 0, 0, {Nobody}, now())
        ON CONFLICT (name) DO UPDATE SET epoch = EXCLUDED.epoch, owner = EXCLUDED.owner
        WHERE c.epoch = $2 AND (c.last < $3 OR (c.floor < $3 AND $4 IS NOT NULL AND NOT EXISTS (
          SELECT FROM notify.notification n WHERE n.channel = c.id AND n."offset" = $3 AND n.request = $4 AND n.occurrence = $5)))
        RETURNING id
        """;

    /// <summary>Which store this is, when all epochs have changed.</summary>
    public const string Identify = $"UPDATE notify.store SET id = {NextId}, generation = generation + 1, writer = {Writer}";

    /// <summary>How long a table of millions may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
}
