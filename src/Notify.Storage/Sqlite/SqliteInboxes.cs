using Microsoft.Data.Sqlite;
using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage.Sqlite;

/// <summary>Reads and writes the marks of inboxes. Belongs to the writer's thread, and runs in its transactions.</summary>
internal sealed class SqliteInboxes : IDisposable
{
    private readonly SqliteFence _fence;
    private readonly SqliteStatement _find;
    private readonly SqliteStatement _save;
    private readonly SqliteStatement _setKind;

    public SqliteInboxes(SqliteConnection connection, SqliteFence fence)
    {
        _fence = fence;
        _find = new SqliteStatement(connection, "SELECT revision, state FROM inbox WHERE channel = ?1");
        _save = new SqliteStatement(
            connection,
            """
            INSERT INTO inbox (channel, revision, state, updated_at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (channel) DO UPDATE SET revision = excluded.revision, state = excluded.state, updated_at = excluded.updated_at
            """);
        _setKind = new SqliteStatement(connection, "UPDATE channel SET kind = ?2 WHERE id = ?1 AND kind <> ?2");
    }

    /// <summary>Returns the marks of a channel; null when it has none.</summary>
    public StoredInbox? Find(long row)
    {
        var inbox = _find.Bind(1, row).Read() ? new StoredInbox(_find.GetInt64(0), _find.GetBytes(1).ToArray()) : null;
        _find.Reset();
        return inbox;
    }

    /// <summary>Serves the changes of a batch, after its appends. Only the last change of each channel is written.</summary>
    public void Save(IEnumerable<StoreRequest.SaveInbox> changes, StoreResults results, long now)
    {
        var written = new Dictionary<long, StoreRequest.SaveInbox>();
        foreach (var change in changes)
        {
            var isStored = _fence.TryChange(change.Channel, change.Inbox.Revision, change.Last);
            results.Add(change, isStored);
            if (isStored)
            {
                written[change.Channel.Row] = change;
            }
        }

        foreach (var (row, change) in written)
        {
            _save.Bind(1, row).Bind(2, change.Inbox.Revision).Bind(3, change.Inbox.State).Bind(4, now).Run();
            _setKind.Bind(1, row).Bind(2, (long)ChannelKind.Inbox).Run();
        }
    }

    public void Dispose()
    {
        _find.Dispose();
        _save.Dispose();
        _setKind.Dispose();
    }
}
