using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>Reads pages and lists over a few connections of its own, concurrently with the writer. Safe to use from any thread.</summary>
internal sealed class PostgresReader(NpgsqlDataSource source, int connections) : IDisposable
{
    // One statement reads floor and rows from the same snapshot, because a trim may run concurrently. The page ends at its size limit, and
    // the server reads no more rows than can fit.
    private const string Page = """
        SELECT c.floor, page."offset", page.request, page.occurrence, page.at, page.payload, page.meta
        FROM notify.channel c LEFT JOIN LATERAL (
          SELECT *, sum(size) OVER (ORDER BY "offset" ROWS UNBOUNDED PRECEDING) AS bytes
          FROM (
            SELECT *, octet_length(payload) + coalesce(octet_length(meta), 0) + $6 AS size FROM notify.notification
            WHERE channel = c.id AND "offset" > CASE WHEN $3 < 0 THEN c.floor ELSE $3 END AND "offset" <= $4
            ORDER BY "offset" LIMIT $5 / $6 + 1
          ) first
        ) page ON ($3 < 0 OR $3 >= c.floor) AND (page.bytes <= $5 OR page.bytes = page.size)
        WHERE c.id = $1 AND c.epoch = $2
        ORDER BY page."offset"
        """;

    private const string List = """
        SELECT name, epoch, last FROM notify.channel
        WHERE name >= $1 AND name < $2 AND ($3::bytea IS NULL OR name > $3)
        ORDER BY name LIMIT $4
        """;

    private static readonly TimeSpan DisposePatience = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turns = new(connections);

    public Task<StoredPage> ReadAsync(SqlChannel channel, long after, long upTo, int maxBytes) => InTurnAsync(async connection =>
    {
        await using var command = new NpgsqlCommand(Page, connection);
        Add(command, channel.Row);
        Add(command, channel.Head.Epoch);
        Add(command, after);
        Add(command, upTo);
        Add(command, (long)maxBytes);
        Add(command, (long)PostgresAppends.RowOverhead);
        await using var rows = await command.ExecuteReaderAsync();
        var page = new List<Notification>();
        long? floor = null;
        while (await rows.ReadAsync())
        {
            floor = rows.GetInt64(0);
            if (!rows.IsDBNull(1))
            {
                page.Add(new Notification(
                    channel.Name,
                    channel.Head with { Offset = rows.GetInt64(1) },
                    new PublishId(rows.GetGuid(2), rows.GetInt32(3)),
                    rows.GetInt64(4),
                    rows.GetFieldValue<byte[]>(5))
                {
                    Meta = rows.IsDBNull(6) ? [] : rows.GetFieldValue<byte[]>(6),
                });
            }
        }

        // Without a floor, the epoch that was claimed has ended.
        return floor is not { } known || (after != StoredPage.Earliest && after < known)
            ? new StoredPage(floor ?? channel.Head.Offset, null)
            : new StoredPage(after == StoredPage.Earliest ? known : after, page);
    });

    public Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit) =>
        InTurnAsync<IReadOnlyList<StoredChannel>>(async connection =>
    {
        var start = Encoding.UTF8.GetBytes(prefix);
        await using var command = new NpgsqlCommand(List, connection);
        Add(command, start);
        Add(command, NameRange.End(start));
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = after is null ? DBNull.Value : Encoding.UTF8.GetBytes(after),
            NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea,
        });
        Add(command, limit);
        await using var rows = await command.ExecuteReaderAsync();
        var channels = new List<StoredChannel>();
        while (await rows.ReadAsync())
        {
            var name = Encoding.UTF8.GetString(rows.GetFieldValue<byte[]>(0));
            channels.Add(new StoredChannel(name, new Position(rows.GetString(1), rows.GetInt64(2))));
        }

        return channels;
    });

    /// <summary>Runs <paramref name="read"/> when a connection is free.</summary>
    public async Task<T> InTurnAsync<T>(Func<NpgsqlConnection, Task<T>> read)
    {
        await _turns.WaitAsync();
        try
        {
            return await TryTwiceAsync(read);
        }
        catch (Exception exception) when (PostgresFailure.Is(exception))
        {
            throw new BackendException(PostgresFailure.Explain(exception), exception);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Waits briefly for reads that are under way.</summary>
    public void Dispose()
    {
        for (var turn = 0; turn < connections; turn++)
        {
            if (!_turns.Wait(DisposePatience))
            {
                return;
            }
        }

        _turns.Dispose();
    }

    // An idle connection that broke during a restart of the server fails only at its next use.
    private async Task<T> TryTwiceAsync<T>(Func<NpgsqlConnection, Task<T>> read)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync();
            return await read(connection);
        }
        catch (Exception exception)
            when (PostgresFailure.MayPass(exception) && exception is not NpgsqlException { InnerException: TimeoutException })
        {
            source.Clear();
            await using var connection = await source.OpenConnectionAsync();
            return await read(connection);
        }
    }

    private static void Add<T>(NpgsqlCommand command, T value) => command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
}
