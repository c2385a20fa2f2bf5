using Microsoft.Data.Sqlite;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage.Sqlite;

/// <summary>Reads and writes the marks of inboxes. Belongs to the writer's thread, and runs in its transactions.</summary>
internal sealed class SqliteInboxes : IDisposable
{
    private readonly ChannelOptions _channels;
    private readonly Dictionary<long, (StoredInbox Inbox, ChannelKind Kind)> _changed = [];
    private readonly SqliteStatement _find;
    private readonly SqliteStatement _save;
    private readonly SqliteStatement _setKind;
    private readonly SqliteStatement _recall;

    public SqliteInboxes(SqliteConnection connection, ChannelOptions channels)
    {
        _channels = channels;
        _find = new SqliteStatement(connection, "SELECT revision, state FROM inbox WHERE channel = ?1");
        _save = new SqliteStatement(
            connection,
            """
            INSERT INTO inbox (channel, revision, state, updated_at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (channel) DO UPDATE SET revision = excluded.revision, state = excluded.state, updated_at = excluded.updated_at
            """);
        _setKind = new SqliteStatement(connection, "UPDATE channel SET kind = ?2 WHERE id = ?1 AND kind <> ?2");
        _recall = new SqliteStatement(
            connection, "UPDATE notification SET payload = ?3, meta = NULL WHERE channel = ?1 AND offset = ?2");
    }

    /// <summary>Returns the marks of a channel; null when it has none.</summary>
    public StoredInbox? Find(long row)
    {
        var inbox = _find.Bind(1, row).Read() ? new StoredInbox(_find.GetInt64(0), _find.GetBytes(1).ToArray()) : null;
        _find.Reset();
        return inbox;
    }

    /// <summary>Begins a batch without changes.</summary>
    public void Begin() => _changed.Clear();

    /// <summary>Adds a change to the batch. Only the last one of each channel is written.</summary>
    public void Add(SqlChannel channel, StoredInbox inbox) => _changed[channel.Row] = (inbox, channel.KindWithMarks(_channels));

    /// <summary>Overwrites the content of a notification that is not in the tail.</summary>
    public void Recall(long row, long offset) =>
        _recall.Bind(1, row).Bind(2, offset).Bind(3, Notification.RemovedContent.Span).Run();

    /// <summary>Writes the changes of the batch.</summary>
    public void Write(long now)
    {
        foreach (var (row, (inbox, kind)) in _changed)
        {
            _save.Bind(1, row).Bind(2, inbox.Revision).Bind(3, inbox.State).Bind(4, now).Run();
            _setKind.Bind(1, row).Bind(2, (long)kind).Run();
        }
    }

    public void Dispose()
    {
        _find.Dispose();
        _save.Dispose();
        _setKind.Dispose();
        _recall.Dispose();
    }
}
