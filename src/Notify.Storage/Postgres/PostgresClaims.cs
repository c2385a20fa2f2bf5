using System.Security.Cryptography;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>Claims many channels at once: sets a new owner in each head row and reads the most recent publishes.</summary>
internal sealed class PostgresClaims(PostgresWriteConnection session, ChannelOptions channels, StoreOptions options, PostgresClock clock)
{
    // All transactions lock heads in the order of their names, so that two nodes never deadlock. The previous owner has either committed
    // before its head is locked here, or it finds another owner in the head. A new channel's epoch is derived from the store's number, so a
    // channel is created only while that number is unchanged.
    private const string Take = """
        INSERT INTO notify.channel AS c (name, epoch, last, floor, bytes, owner, alive_at, kind)
        SELECT name, epoch, 0, 0, 0, owner, now(), kind FROM unnest($1, $2, $3, $5, $7) AS claimed (name, epoch, owner, is_look, kind)
        WHERE EXISTS (SELECT FROM notify.channel known WHERE known.name = claimed.name)
          OR NOT is_look AND $6 = (SELECT id FROM notify.store)
        ORDER BY name
        ON CONFLICT (name) DO UPDATE SET
          owner = EXCLUDED.owner,
          alive_at = CASE WHEN c.alive_at < now() - $4 THEN now() ELSE c.alive_at END
        RETURNING name, id, owner, epoch, last, floor, kind
        """;

    // A separate statement, so that it sees everything committed before the heads were locked. It reads a channel's other publishes only if
    // the newest one is recent, because a node that takes over from another claims tens of thousands of channels. The newest publish comes
    // last.
    private const string Recent = """
        SELECT c.id AS channel, n."offset", n.request, n.occurrence, n.kept_at >= least(now(), $3) - $2
        FROM notify.channel c
        JOIN notify.notification n ON n.channel = c.id AND n."offset" = c.last
        WHERE c.name = ANY($1)
        UNION ALL
        SELECT c.id, n."offset", n.request, n.occurrence, true
        FROM notify.channel c
        JOIN notify.notification newest ON newest.channel = c.id AND newest."offset" = c.last AND newest.kept_at >= least(now(), $3) - $2
        JOIN notify.notification n ON n.channel = c.id AND n."offset" > c.floor AND n."offset" < c.last
          AND n.kept_at >= least(now(), $3) - $2
        WHERE c.name = ANY($1)
        ORDER BY 1, 2
        """;

    /// <summary>
    /// Serves <paramref name="claims"/> in one transaction. If several claims name one channel, the last one becomes its owner.
    /// </summary>
    /// <param name="claims">The requests.</param>
    /// <param name="results">Receives their results.</param>
    /// <returns>The heads that were found. They are trimmed when they exceed the limits.</returns>
    public IReadOnlyList<(long Row, long Kept)> Serve(IReadOnlyList<StoreRequest.Claim> claims, StoreResults results)
    {
        var last = new Dictionary<string, StoreRequest.Claim>(StringComparer.Ordinal);
        foreach (var claim in claims)
        {
            // A claim that creates the channel takes precedence over lookups.
            if (!claim.IsLook || !last.TryGetValue(claim.Channel, out var before) || before.IsLook)
            {
                last[claim.Channel] = claim;
            }
        }

        var names = last.Values.Select(claim => claim.Name).ToArray();
        session.Connect();
        var store = session.Mark!.Id;
        var epochs = last.Values.Select(claim => claim.EpochIn(store, options.Time.GetUtcNow(), MemoryOf(claim))).ToArray();
        var owners = last.Values.Select(_ => NewOwner()).ToArray();
        var heads = new Dictionary<string, Head>(StringComparer.Ordinal);
        var recent = new Dictionary<long, List<(PublishId Id, long Offset)>>();
        var newest = new Dictionary<long, PublishId>();
        var commands = new List<NpgsqlBatchCommand>
        {
            new NpgsqlBatchCommand(Take)
                .With(names)
                .With(epochs)
                .With(owners)
                .With(options.AliveGrain)
                .With(last.Values.Select(claim => claim.IsLook).ToArray())
                .With(store)
                .With(last.Values.Select(claim => (short)claim.Kind).ToArray()),
            new NpgsqlBatchCommand(Recent).With(names).With(channels.SendWindow).With(clock.Latest),
        };
        var inboxes = new Dictionary<long, StoredInbox>();
        var areInboxes = last.Values.Any(claim => claim.Kind != ChannelKind.Plain);
        if (areInboxes)
        {
            commands.Add(new NpgsqlBatchCommand(PostgresInboxes.Select).With(names));
        }

        session.Transact(
            commands,
            rows =>
            {
                Read(rows, heads, recent, newest);
                if (areInboxes)
                {
                    rows.NextResult();
                    ReadInboxes(rows, inboxes);
                }
            });

        if (session.Mark.Id != store)
        {
            // Another node has renewed all epochs in the meantime, so new channels need an epoch from the new number.
            return Serve(claims, results);
        }

        foreach (var claim in claims)
        {
            if (!heads.TryGetValue(claim.Channel, out var head))
            {
                results.Add(claim, claim.Unknown(store, options.Time.GetUtcNow(), MemoryOf(claim)));
                continue;
            }

            var owner = last[claim.Channel] == claim ? head.Owner : NewOwner();
            results.Add(claim, new SqlChannel(claim.Channel, head.Row, owner, head.Position, recent.GetValueOrDefault(head.Row) ?? [])
            {
                Floor = head.Floor,
                Inbox = inboxes.GetValueOrDefault(head.Row),
                Kind = head.Kind,
                Newest = newest.TryGetValue(head.Row, out var id) ? id : null,
            });
        }

        return [.. heads.Values.Select(head => (head.Row, head.Position.Offset - head.Floor))];
    }

    private static long NewOwner() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));

    private static void Read(
        NpgsqlDataReader rows,
        Dictionary<string, Head> heads,
        Dictionary<long, List<(PublishId Id, long Offset)>> recent,
        Dictionary<long, PublishId> newest)
    {
        while (rows.Read())
        {
            heads[System.Text.Encoding.UTF8.GetString(rows.GetFieldValue<byte[]>(0))] =
                new Head(
                    rows.GetInt64(1),
                    rows.GetInt64(2),
                    new Position(rows.GetString(3), rows.GetInt64(4)),
                    rows.GetInt64(5),
                    (ChannelKind)rows.GetInt16(6));
        }

        rows.NextResult();
        while (rows.Read())
        {
            var (row, id) = (rows.GetInt64(0), new PublishId(rows.GetGuid(2), rows.GetInt32(3)));
            newest[row] = id;
            if (!rows.GetBoolean(4))
            {
                continue;
            }

            if (!recent.TryGetValue(row, out var sends))
            {
                recent.Add(row, sends = []);
            }

            sends.Add((id, rows.GetInt64(1)));
        }
    }

    private static void ReadInboxes(NpgsqlDataReader rows, Dictionary<long, StoredInbox> inboxes)
    {
        while (rows.Read())
        {
            inboxes[rows.GetInt64(0)] = new StoredInbox(rows.GetInt64(1), rows.GetFieldValue<byte[]>(2));
        }
    }

    private TimeSpan MemoryOf(StoreRequest.Claim claim) => options.MemoryOf(channels, claim.Kind);

    private readonly record struct Head(long Row, long Owner, Position Position, long Floor, ChannelKind Kind);
}
