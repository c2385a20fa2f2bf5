using Microsoft.Data.Sqlite;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage.Sqlite;

/// <summary>Writes batches. Belongs to the writer's thread.</summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly ChannelOptions _channels;
    private readonly StoreOptions _options;
    private readonly SqliteFence _fence;
    private readonly SqliteTail _tail;
    private readonly TailCompactor _compactor;
    private readonly StoreClock _clock;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly SqliteStatement _find;
    private readonly SqliteStatement _create;
    private readonly SqliteStatement _recent;
    private readonly SqliteKeys _keys;
    private readonly SqliteStatement _renew;
    private readonly SqliteStatement _identify;
    private readonly SqliteStatement _renewOne;
    private readonly SqliteStatement _idAt;
    private readonly SqliteRevocations _revocations;
    private readonly SqliteInboxes _inboxes;
    private readonly SqliteErasure _erasure;
    private int _store;

    public SqliteWriter(
        SqliteConnection connection,
        SqliteFence fence,
        SqliteTail tail,
        TailCompactor compactor,
        ChannelOptions channels,
        StoreOptions options,
        StoreClock clock)
    {
        _channels = channels;
        _options = options;
        _fence = fence;
        _tail = tail;
        _compactor = compactor;
        _clock = clock;
        _begin = new SqliteStatement(connection, "BEGIN IMMEDIATE");
        _commit = new SqliteStatement(connection, "COMMIT");
        _rollback = new SqliteStatement(connection, "ROLLBACK");
        _find = new SqliteStatement(connection, "SELECT id, epoch, floor, kind FROM channel WHERE name = ?1");
        _create = new SqliteStatement(
            connection, "INSERT INTO channel (name, epoch, floor, last_at, kind) VALUES (?1, ?2, 0, ?3, ?4) RETURNING id");
        _recent = new SqliteStatement(
            connection,
            "SELECT offset, request, occurrence, kept_at FROM notification WHERE channel = ?1 AND offset < ?2 ORDER BY offset DESC");
        _keys = new SqliteKeys(connection);
        _renew = new SqliteStatement(connection, "UPDATE channel SET epoch = lower(hex(randomblob(8)))");
        _identify = new SqliteStatement(connection, "UPDATE store SET id = random() & 0xFFFFFF RETURNING id");
        _renewOne = new SqliteStatement(connection, "UPDATE channel SET epoch = lower(hex(randomblob(8))) WHERE id = ?1");
        _idAt = new SqliteStatement(connection, "SELECT request, occurrence FROM notification WHERE channel = ?1 AND offset = ?2");
        _revocations = new SqliteRevocations(connection);
        _inboxes = new SqliteInboxes(connection, channels);
        _erasure = new SqliteErasure(connection, options.BusyTimeout);
        _store = (int)SqliteFile.Number(connection, "SELECT id FROM store");
    }

    /// <summary>Serves a batch in one transaction; see <see cref="IStoreBackend.Write"/>.</summary>
    public StoreResults Write(IReadOnlyList<StoreRequest> batch)
    {
        var now = _clock.Read();
        var results = new StoreResults(batch.Count);
        if (batch.Any(static request => request is StoreRequest.Erase or StoreRequest.SaveInbox { Recalled.Count: > 0 }))
        {
            WriteErasing(() => Serve(batch, results, now));
        }
        else
        {
            InTransaction(() => Serve(batch, results, now));
        }

        return results;
    }

    /// <summary>Runs <paramref name="work"/> in a transaction of its own.</summary>
    public void InTransaction(Action work)
    {
        _begin.Run();
        try
        {
            work();
            _commit.Run();
            _fence.Commit();
            _compactor.Commit();
        }
        catch
        {
            _fence.Discard();
            _compactor.Discard();
            Rollback();
            throw;
        }
    }

    public void Dispose()
    {
        _revocations.Dispose();
        _inboxes.Dispose();
        _erasure.Dispose();
        _keys.Dispose();
        SqliteStatement[] all =
            [_begin, _commit, _rollback, _find, _create, _recent, _renew, _identify, _renewOne, _idAt];
        foreach (var statement in all)
        {
            statement.Dispose();
        }
    }

    // After some failures SQLite rolls back on its own (https://sqlite.org/lang_transaction.html), and then reports that no transaction is
    // open.
    private void Rollback()
    {
        try
        {
            _rollback.Run();
        }
        catch (SqliteException)
        {
            // No transaction was open any more.
        }
    }

    private SqlChannel Claim(StoreRequest.Claim claim, StoreTime now)
    {
        if (!_find.Bind(1, claim.Name).Read())
        {
            var memory = _options.MemoryOf(_channels, claim.Kind);
            return claim.IsLook
                ? claim.Unknown(_store, now.LateTime, memory)
                : Create(claim, claim.EpochIn(_store, now.LateTime, memory), now.LateMilliseconds);
        }

        var (row, floor, kind) = (_find.GetInt64(0), _find.GetInt64(2), (ChannelKind)_find.GetInt64(3));
        var head = new Position(_find.GetString(1), floor);
        _find.Reset();
        var sends = Recent(row, now.EarlyMilliseconds - (long)_channels.SendWindow.TotalMilliseconds, ref head, out var newest);
        var inbox = kind != ChannelKind.Plain ? _inboxes.Find(row) : null;
        return new SqlChannel(claim.Channel, row, _fence.Claim(row, head.Offset, inbox?.Revision ?? 0), head, sends)
        {
            Floor = floor,
            Inbox = inbox,
            Kind = kind,
            Newest = newest,
        };
    }

    private SqlChannel Create(StoreRequest.Claim claim, string epoch, long now)
    {
        var row = Create(claim.Name, epoch, now, claim.Kind);
        return new SqlChannel(claim.Channel, row, _fence.Claim(row, 0, 0), new Position(epoch, 0), []) { Kind = claim.Kind };
    }

    private long Create(byte[] name, string epoch, long now, ChannelKind kind) =>
        _create.Bind(1, name).Bind(2, epoch).Bind(3, now).Bind(4, (long)kind).Number()!.Value;

    // An unknown channel must not begin again under its first epoch.
    private bool Renew(StoreRequest.RenewLost lost, long now)
    {
        var known = lost.Known;
        if (!_find.Bind(1, lost.Name).Read())
        {
            _renewOne.Bind(1, Create(lost.Name, known.Position.Epoch, now, _channels.KindOf(lost.Channel))).Run();
            return true;
        }

        var (row, floor) = (_find.GetInt64(0), _find.GetInt64(2));
        var head = new Position(_find.GetString(1), floor);
        _find.Reset();
        if (head.Epoch != known.Position.Epoch)
        {
            return false;
        }

        Recent(row, long.MaxValue, ref head, out _);
        var offset = known.Position.Offset;
        if (head.Offset >= offset && (floor >= offset || known.Id is not { } id || IdAt(row, offset) == id))
        {
            return false;
        }

        _renewOne.Bind(1, row).Run();
        _fence.Claim(row, head.Offset, 0);
        return true;
    }

    private PublishId? IdAt(long row, long offset)
    {
        if (_tail.Read(row, offset - 1, 1) is [var first, ..] && first.Offset == offset)
        {
            return first.Id;
        }

        PublishId? id = _idAt.Bind(1, row).Bind(2, offset).Read() ? new PublishId(_idAt.GetGuid(0), _idAt.GetInt32(1)) : null;
        _idAt.Reset();
        return id;
    }

    // Returns the most recent publishes, and the newest notification if there is one.
    private List<(PublishId Id, long Offset)> Recent(long row, long since, ref Position head, out PublishId? newest)
    {
        var sends = new List<(PublishId, long)>();
        newest = null;
        var tail = _tail.Read(row, StoredPage.Earliest, int.MaxValue);
        if (tail.Count > 0)
        {
            head = head with { Offset = tail[^1].Offset };
            newest = tail[^1].Id;
            sends.AddRange(tail.Where(each => each.StoredAt >= since).Select(each => (each.Id, each.Offset)).Reverse());
        }

        // After a crash some rows of the tail may already be compacted.
        _recent.Bind(1, row).Bind(2, tail.Count > 0 ? tail[0].Offset : long.MaxValue);
        while (sends.Count >= tail.Count && _recent.Read())
        {
            var offset = _recent.GetInt64(0);
            if (offset > head.Offset)
            {
                head = head with { Offset = offset };
                newest = new PublishId(_recent.GetGuid(1), _recent.GetInt32(2));
            }

            if (_recent.GetInt64(3) < since)
            {
                break;
            }

            sends.Add((new PublishId(_recent.GetGuid(1), _recent.GetInt32(2)), offset));
        }

        _recent.Reset();
        sends.Reverse();
        return sends;
    }

    private void Serve(IReadOnlyList<StoreRequest> batch, StoreResults results, StoreTime now)
    {
        foreach (var request in batch)
        {
            switch (request)
            {
                case StoreRequest.Claim claim:
                    results.Add(claim, Claim(claim, now));
                    break;
                case StoreRequest.Find find:
                    results.Add(find, _keys.Find(find, now.EarlyMilliseconds));
                    break;
                case StoreRequest.RenewLost lost:
                    results.Add(lost, Renew(lost, now.LateMilliseconds));
                    break;
                case StoreRequest.Revoke revoke:
                    results.Add(revoke, _revocations.Save(revoke));
                    break;
                case StoreRequest.Renew renew:
                    // The positions of channels without a publish become outdated as well.
                    _renew.Run();
                    _store = (int)_identify.Number()!.Value;
                    _fence.Clear();
                    results.Add(renew, true);
                    break;
                case StoreRequest.Erase erase:
                    results.Add(erase, Erase(erase.Channel));
                    break;
            }
        }

        Change(batch, results, now.LateMilliseconds);
    }

    // Content that is erased must not remain in the tail, in free pages or in the log.
    private void WriteErasing(Action serve)
    {
        _erasure.Begin();
        try
        {
            while (!_compactor.IsEmpty)
            {
                InTransaction(_compactor.Turn);
            }

            InTransaction(serve);
            InTransaction(_erasure.Wipe);
        }
        finally
        {
            _erasure.End();
        }
    }

    private bool Erase(SqlChannel channel)
    {
        if (!_fence.IsOwner(channel))
        {
            return false;
        }

        _erasure.Erase(channel.Row);
        _renewOne.Bind(1, channel.Row).Run();
        _fence.Claim(channel.Row, 0, 0);
        return true;
    }

    // Serves notifications and marks in the order in which their owners decided them.
    private void Change(IReadOnlyList<StoreRequest> batch, StoreResults results, long now)
    {
        var stored = new List<TailRow>(batch.Count);
        _inboxes.Begin();
        foreach (var request in batch)
        {
            switch (request)
            {
                case StoreRequest.Append append:
                    var isStored = _fence.TryAdvance(append.Channel, append.Notification.Offset, append.Inbox?.Revision);
                    results.Add(append, isStored);
                    if (isStored)
                    {
                        Append(append, stored, now);
                    }

                    break;
                case StoreRequest.SaveInbox save:
                    var isSaved = _fence.TryChange(save.Channel, save.Inbox.Revision, save.Last);
                    results.Add(save, isSaved);
                    if (isSaved)
                    {
                        _inboxes.Add(save.Channel, save.Inbox);
                        Recall(save, stored);
                    }

                    break;
            }
        }

        if (stored.Count > 0)
        {
            _compactor.Append(stored, now);
        }

        _inboxes.Write(now);
    }

    private void Append(StoreRequest.Append append, List<TailRow> stored, long now)
    {
        var notification = append.Notification;
        stored.Add(new TailRow(
            append.Channel.Row,
            notification.Offset,
            notification.Id,
            notification.At,
            now,
            notification.Payload,
            notification.Meta));
        if (append.Key is { } key)
        {
            _keys.Insert(append, key, now);
        }

        if (append.Inbox is { } inbox)
        {
            _inboxes.Add(append.Channel, inbox);
        }
    }

    private void Recall(StoreRequest.SaveInbox save, List<TailRow> stored)
    {
        foreach (var offset in save.Recalled)
        {
            var index = stored.FindIndex(row => row.Channel == save.Channel.Row && row.Offset == offset);
            if (index >= 0)
            {
                stored[index] = stored[index] with { Payload = Notification.RemovedContent, Meta = default };
            }
            else
            {
                _inboxes.Recall(save.Channel.Row, offset);
            }
        }
    }
}
