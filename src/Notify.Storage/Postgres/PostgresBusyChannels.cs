using System.Text;
using Notify.Broker;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>
/// Knows the channels whose rows another session holds, an administrator's open transaction for example. What is for them is refused
/// until they are free, so that nothing else waits for them. Belongs to the writer's thread.
/// </summary>
/// <param name="session">The writer's connection.</param>
internal sealed class PostgresBusyChannels(PostgresWriteConnection session)
{
    // In the first statement the rows that are free, in the second those that there are.
    private const string Free = "SELECT name FROM notify.channel WHERE name = ANY($1) FOR UPDATE SKIP LOCKED";
    private const string All = "SELECT name FROM notify.channel WHERE name = ANY($1)";

    private static readonly long Pause = (long)TimeSpan.FromMilliseconds(500).TotalMilliseconds;

    // Somebody may hold all rows that there are. Past this all are forgotten, and found again when they are asked for.
    private const int MaxChannels = 10_000;

    private readonly Dictionary<string, long> _askAgainAt = new(StringComparer.Ordinal);

    /// <summary>The name of the channel that a request writes to; null where it writes to none.</summary>
    public static string? ChannelOf(StoreRequest request) => request switch
    {
        StoreRequest.Claim claim => claim.Channel,
        StoreRequest.Append append => append.Channel.Name,
        _ => null,
    };

    /// <summary>Which of these channels were found busy, and are so still.</summary>
    public HashSet<string> StillBusy(IEnumerable<StoreRequest> requests)
    {
        if (_askAgainAt.Count == 0)
        {
            return [];
        }

        var known = requests.Select(ChannelOf).OfType<string>().Where(_askAgainAt.ContainsKey).ToHashSet(StringComparer.Ordinal);
        var due = known.Where(name => MonotonicClock.Now >= _askAgainAt[name]).ToHashSet(StringComparer.Ordinal);
        if (due.Count > 0)
        {
            known.ExceptWith(due);
            known.UnionWith(Find(due));
        }

        return known;
    }

    /// <summary>Finds those of the requests' channels that are busy now.</summary>
    public HashSet<string> Find(IEnumerable<StoreRequest> requests) => Find(requests.Select(ChannelOf).OfType<string>().ToHashSet(StringComparer.Ordinal));

    private HashSet<string> Find(HashSet<string> names)
    {
        var free = new HashSet<string>(StringComparer.Ordinal);
        var busy = new HashSet<string>(StringComparer.Ordinal);
        var bytes = names.Select(Encoding.UTF8.GetBytes).ToArray();
        session.Transact(
            [new NpgsqlBatchCommand(Free).With(bytes), new NpgsqlBatchCommand(All).With(bytes)],
            rows =>
            {
                Read(rows, free);
                rows.NextResult();
                Read(rows, busy);
            });
        busy.ExceptWith(free);
        foreach (var name in names)
        {
            _askAgainAt.Remove(name);
        }

        if (_askAgainAt.Count > MaxChannels)
        {
            _askAgainAt.Clear();
        }

        foreach (var name in busy)
        {
            _askAgainAt[name] = MonotonicClock.Now + Pause;
        }

        return busy;
    }

    private static void Read(NpgsqlDataReader rows, HashSet<string> names)
    {
        while (rows.Read())
        {
            names.Add(Encoding.UTF8.GetString(rows.GetFieldValue<byte[]>(0)));
        }
    }
}
