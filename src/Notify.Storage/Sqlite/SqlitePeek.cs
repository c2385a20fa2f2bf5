using System.Text;
using Microsoft.Data.Sqlite;
using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage.Sqlite;

/// <summary>Reads channels without claiming them.</summary>
internal static class SqlitePeek
{
    // Notifications of busy channels follow each other faster than they can be read together with the marks.
    private const int MaxAttempts = 10;

    /// <summary>Reads channels.</summary>
    /// <param name="connection">A connection of the reader.</param>
    /// <param name="tail">The newest notifications.</param>
    /// <param name="channels">The names of the channels.</param>
    /// <returns>The channels in the order of their names; null for each that is not known.</returns>
    public static List<ClaimedChannel?> Read(SqliteConnection connection, SqliteTail tail, IReadOnlyList<string> channels)
    {
        using var identify = connection.CreateCommand();
        identify.CommandText = "SELECT id FROM channel WHERE name = $1";
        var name = identify.Parameters.Add("$1", SqliteType.Blob);
        using var read = connection.CreateCommand();
        read.CommandText = """
            SELECT c.epoch, coalesce((SELECT max(offset) FROM notification WHERE channel = c.id), c.floor), c.floor, c.kind,
              i.revision, i.state
            FROM channel c LEFT JOIN inbox i ON i.channel = c.id WHERE c.id = $1
            """;
        var row = read.Parameters.Add("$1", SqliteType.Integer);
        var found = new List<ClaimedChannel?>(channels.Count);
        foreach (var channel in channels)
        {
            name.Value = Encoding.UTF8.GetBytes(channel);
            if (identify.ExecuteScalar() is not long id)
            {
                found.Add(null);
                continue;
            }

            // The tail is not part of the snapshot. Without a notification in between, head and marks belong together.
            row.Value = id;
            ClaimedChannel? result;
            var attempts = 0;
            long? last;
            do
            {
                last = tail.LastOf(id);
                result = Read(read, channel, id, last ?? 0);
            }
            while (tail.LastOf(id) != last && ++attempts < MaxAttempts);
            found.Add(result);
        }

        return found;
    }

    private static SqlChannel? Read(SqliteCommand command, string channel, long row, long last)
    {
        using var rows = command.ExecuteReader();
        if (!rows.Read())
        {
            // Forgotten meanwhile.
            return null;
        }

        var head = new Position(rows.GetString(0), Math.Max(rows.GetInt64(1), last));
        return new SqlChannel(channel, row, SqlChannel.Nobody, head, [])
        {
            Floor = rows.GetInt64(2),
            Kind = (ChannelKind)rows.GetInt32(3),
            Inbox = rows.IsDBNull(4) ? null : new StoredInbox(rows.GetInt64(4), rows.GetFieldValue<byte[]>(5)),
        };
    }
}
