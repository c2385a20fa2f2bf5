using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>Finds the first publishes of many idempotency keys at once.</summary>
internal static class PostgresKeyLookup
{
    private const string Find = """
        SELECT f.number, k.request, k.occurrence, k.epoch, k."offset"
        FROM unnest($1, $2, $3) WITH ORDINALITY AS f (channel, key, key_occurrence, number)
        JOIN notify.send_key k USING (channel, key, key_occurrence)
        WHERE k.kept_at > least(now(), $5) - $4
        """;

    /// <summary>Returns the lookup command.</summary>
    /// <param name="finds">The keys.</param>
    /// <param name="notAfter">The upper bound of the time from which the keys' ages are computed.</param>
    public static NpgsqlBatchCommand Command(IReadOnlyList<StoreRequest.Find> finds, DateTime notAfter) => new NpgsqlBatchCommand(Find)
        .With(finds.Select(find => find.Channel.Row).ToArray())
        .With(finds.Select(find => Encoding.UTF8.GetBytes(find.Key.Key)).ToArray())
        .With(finds.Select(find => find.Key.Occurrence).ToArray())
        .With(IdempotencyKey.Lifetime)
        .With(notAfter);

    /// <summary>Reads the results.</summary>
    public static void Read(NpgsqlDataReader rows, IReadOnlyList<StoreRequest.Find> finds, StoreResults results)
    {
        var found = new IdempotencyRecord?[finds.Count];
        while (rows.Read())
        {
            found[rows.GetInt64(0) - 1] = new IdempotencyRecord(
                new PublishId(rows.GetGuid(1), rows.GetInt32(2)), new Position(rows.GetString(3), rows.GetInt64(4)));
        }

        for (var i = 0; i < found.Length; i++)
        {
            results.Add(finds[i], found[i]);
        }
    }
}
