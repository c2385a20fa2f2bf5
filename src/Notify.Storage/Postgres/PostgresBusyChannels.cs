using System.Text;
using Notify.Broker;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>
/// Tracks the channels whose rows another session has locked, for example an administrator's open transaction. Requests for them are
/// refused until the rows are free, so that no other request waits for them. Belongs to the writer's thread.
/// </summary>
/// <param name="session">The writer's connection.</param>
/// <param name="time">The clock.</param>
internal sealed class PostgresBusyChannels(PostgresWriteConnection session, TimeProvider time)
{
    // The first statement selects the rows that are free, the second one the rows that exist.
    private const string Free = "SELECT name FROM notify.channel WHERE name = ANY($1) FOR UPDATE SKIP LOCKED";
    private const string All = "SELECT name FROM notify.channel WHERE name = ANY($1)";

    private static readonly long Pause = (long)TimeSpan.FromMilliseconds(500).TotalMilliseconds;

    // Another session may lock all rows. Above this number all channels are forgotten, and found again at their next request.
    private const int MaxChannels = 10_000;

    private readonly Dictionary<string, long> _askAgainAt = new(StringComparer.Ordinal);

    /// <summary>Returns the name of the channel that a request writes to; null when it writes to none.</summary>
    public static string? ChannelOf(StoreRequest request) => request switch
    {
        StoreRequest.Claim claim => claim.Channel,
        StoreRequest.Append append => append.Channel.Name,
        StoreRequest.SaveInbox change => change.Channel.Name,
        StoreRequest.Erase erase => erase.Channel.Name,
        _ => null,
    };

    /// <summary>Returns the channels of the requests that were found busy and still are.</summary>
    public HashSet<string> StillBusy(IEnumerable<StoreRequest> requests)
    {
        if (_askAgainAt.Count == 0)
        {
            return [];
        }

        var known = requests.Select(ChannelOf).OfType<string>().Where(_askAgainAt.ContainsKey).ToHashSet(StringComparer.Ordinal);
        var due = known.Where(name => time.GetMilliseconds() >= _askAgainAt[name]).ToHashSet(StringComparer.Ordinal);
        if (due.Count > 0)
        {
            known.ExceptWith(due);
            known.UnionWith(Find(due));
        }

        return known;
    }

    /// <summary>Returns the channels of the requests that are busy now.</summary>
    public HashSet<string> Find(IEnumerable<StoreRequest> requests) =>
        Find(requests.Select(ChannelOf).OfType<string>().ToHashSet(StringComparer.Ordinal));

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
            _askAgainAt[name] = time.GetMilliseconds() + Pause;
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
