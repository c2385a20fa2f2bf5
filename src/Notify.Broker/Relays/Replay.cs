using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Trails;

namespace Notify.Broker.Relays;

/// <summary>
/// Sends missed notifications of one channel to subscribers, each at its own pace: page by page from the history, as far as the socket has
/// room, until the cursor reaches the relay's position and the subscriber becomes live. Subscribers at the same offset share a read. It
/// has no clock or I/O: time comes as an argument, and requests leave through the delegates.
/// </summary>
/// <param name="channel">The channel.</param>
/// <param name="read">Requests from the owner the notifications after an offset, up to the relay's position.</param>
/// <param name="awaitRoom">Has <see cref="Continue"/> called when the subscriber's socket has room.</param>
/// <param name="deliveries">Counts the deliveries.</param>
/// <param name="trail">Records the replays; null for no trail.</param>
internal sealed class Replay(
    RelayChannel channel,
    Action<RelayChannel, long> read,
    Action<RelayChannel, Subscription> awaitRoom,
    DeliveryCounter deliveries,
    RelayTrail? trail)
{
    private readonly List<ReplayCursor> _cursors = [];
    private readonly Dictionary<long, Read> _reads = [];

    /// <summary>Gets the number of subscribers that are behind.</summary>
    public int Count => _cursors.Count;

    /// <summary>Gets the subscriptions that are behind and whose joins are answered.</summary>
    public IEnumerable<Subscription> Subscriptions =>
        _cursors.Where(static cursor => cursor.IsRecoveryAnnounced).Select(static cursor => cursor.Subscription);

    /// <summary>Gets the subscribers that are behind.</summary>
    public IEnumerable<ISubscriber> Subscribers => _cursors.Select(static cursor => cursor.Subscription.Subscriber);

    /// <summary>Gets whether no subscriber is behind.</summary>
    public bool IsEmpty => _cursors.Count == 0;

    /// <summary>Gets whether a read is not answered yet.</summary>
    public bool IsReading => _reads.Count > 0;

    /// <summary>Adds a subscriber that is behind the relay's position.</summary>
    public void Start(ReplayCursor cursor, long now)
    {
        cursor.Subscription.Cursor = cursor;
        _cursors.Add(cursor);
        Ask(cursor, now);
    }

    /// <summary>Removes a subscriber. It receives nothing more.</summary>
    public void Remove(ReplayCursor cursor)
    {
        cursor.Subscription.Cursor = null;
        _cursors.Remove(cursor);
        if (cursor.IsReading)
        {
            _reads[cursor.Offset].Cursors.Remove(cursor);
        }
    }

    /// <summary>Handles the owner's answer to a read. An answer for which no cursor waits any more is ignored.</summary>
    public void OnPage(HistoryPage page, long now)
    {
        // A page of another epoch comes from a second owner, started by a late message. A page that begins above the relay's own position
        // has to wait until the relay has noticed its gap. Both are requested again.
        var position = channel.Position!.Value;
        if (page.From.Epoch != position.Epoch || page.From.Offset > position.Offset || !_reads.Remove(page.After, out var waiting))
        {
            return;
        }

        var encoded = page.Notifications is { } notifications ? new EncodedPage(notifications) : null;
        foreach (var cursor in waiting.Cursors)
        {
            cursor.IsReading = false;
            if (encoded is null)
            {
                FailRecovery(cursor);
            }
            else
            {
                Write(cursor, page.From.Offset, encoded, now);
            }
        }
    }

    /// <summary>Continues with a subscriber whose socket has room again.</summary>
    public void Continue(Subscription subscription, long now)
    {
        if (subscription.Cursor is { IsReading: false } cursor)
        {
            cursor.MovedAt = now;
            Advance(cursor, now);
        }
    }

    /// <summary>Fails all recoveries: the channel's position moved to another epoch.</summary>
    public void FailAll()
    {
        ForgetReads();
        foreach (var cursor in _cursors.ToList())
        {
            FailRecovery(cursor);
        }
    }

    /// <summary>Fails the recoveries below an offset: the channel's position moved past a gap, so their notifications are lost.</summary>
    public void FailBelow(long offset)
    {
        foreach (var cursor in _cursors.FindAll(cursor => cursor.Offset < offset))
        {
            if (cursor.IsReading)
            {
                cursor.IsReading = false;
                _reads[cursor.Offset].Cursors.Remove(cursor);
            }

            FailRecovery(cursor);
        }
    }

    /// <summary>Discards the reads that were sent to a former owner, which will not answer.</summary>
    public void ForgetReads()
    {
        _reads.Clear();
        foreach (var cursor in _cursors)
        {
            cursor.IsReading = false;
        }
    }

    /// <summary>Requests all missed notifications from a new owner.</summary>
    public void Resume(long now)
    {
        foreach (var cursor in _cursors.Where(cursor => !cursor.IsReading).ToList())
        {
            Advance(cursor, now);
        }
    }

    /// <summary>Repeats the reads that have been unanswered since <paramref name="before"/>.</summary>
    public void RetryReads(long before, long now)
    {
        foreach (var (after, pending) in _reads)
        {
            if (pending.SentAt <= before)
            {
                pending.SentAt = now;
                read(channel, after);
            }
        }
    }

    /// <summary>
    /// Returns the cursors that have waited for the history since <paramref name="before"/>, and not for room in their own socket.
    /// </summary>
    public List<ReplayCursor> TimedOut(long before) =>
        _cursors.FindAll(cursor => (cursor.IsReading || !cursor.IsRecoveryAnnounced) && cursor.MovedAt <= before);

    /// <summary>Ends every session.</summary>
    public void End(EndReason reason)
    {
        foreach (var cursor in _cursors)
        {
            cursor.Subscription.Cursor = null;
            cursor.Subscription.Subscriber.End(reason);
        }

        _cursors.Clear();
        _reads.Clear();
    }

    private static void AnnouncePosition(ReplayCursor cursor, Position position, bool recovered)
    {
        foreach (var reply in cursor.Replies)
        {
            reply.Joined(cursor.Subscription.Subscriber, position, recovered);
        }

        cursor.Replies.Clear();
    }

    private void Write(ReplayCursor cursor, long from, EncodedPage page, long now)
    {
        var subscriber = cursor.Subscription.Subscriber;
        AnnounceRecovery(cursor, from);

        var first = cursor.Offset + 1;
        for (var i = 0; i < page.Count && page[i].Offset <= channel.Position!.Value.Offset; i++)
        {
            if (page[i].Offset != cursor.Offset + 1)
            {
                continue;
            }

            if (!subscriber.HasRoom)
            {
                break;
            }

            if (!page[i].IsGone && page.Encode(i, cursor.Subscription.Format) is var message && subscriber.Write(message))
            {
                deliveries.Add(subscriber.Protocol, message.Size);
            }

            cursor.Offset++;
        }

        trail?.Replayed(channel.Name, first, cursor.Offset);
        cursor.MovedAt = now;
        Advance(cursor, now);
    }

    private void AnnounceRecovery(ReplayCursor cursor, long from)
    {
        if (!cursor.IsRecoveryAnnounced)
        {
            cursor.Offset = from;
            cursor.IsRecoveryAnnounced = true;
            AnnouncePosition(cursor, channel.Position!.Value with { Offset = from }, recovered: true);
        }
    }

    private void Advance(ReplayCursor cursor, long now)
    {
        if (cursor.Offset == channel.Position!.Value.Offset)
        {
            // The relay may have reached the client's position before anything was read.
            AnnounceRecovery(cursor, cursor.Offset);
            GoLive(cursor);
        }
        else if (cursor.IsRecoveryAnnounced && !cursor.Subscription.Subscriber.HasRoom)
        {
            awaitRoom(channel, cursor.Subscription);
        }
        else
        {
            Ask(cursor, now);
        }
    }

    private void Ask(ReplayCursor cursor, long now)
    {
        cursor.IsReading = true;
        if (_reads.TryGetValue(cursor.Offset, out var pending))
        {
            pending.Cursors.Add(cursor);
            return;
        }

        _reads.Add(cursor.Offset, new Read(cursor, now));
        read(channel, cursor.Offset);
    }

    private void GoLive(ReplayCursor cursor)
    {
        cursor.Subscription.Cursor = null;
        _cursors.Remove(cursor);
        channel.Subscriptions.Add(cursor.Subscription);
    }

    // Before the announcement, the failure is the answer to the join. After it, the client has to be informed of the loss.
    private void FailRecovery(ReplayCursor cursor)
    {
        var position = channel.Position!.Value;
        var subscription = cursor.Subscription;
        if (!cursor.IsRecoveryAnnounced)
        {
            AnnouncePosition(cursor, position, recovered: false);
            GoLive(cursor);
        }
        else if (subscription.Format.Reset(channel.Name, position) is { } message)
        {
            subscription.Subscriber.Write(message);
            GoLive(cursor);
        }
        else
        {
            Remove(cursor);
            subscription.Subscriber.End(EndReason.HistoryLost);
        }
    }

    private sealed class Read(ReplayCursor first, long sentAt)
    {
        public List<ReplayCursor> Cursors { get; } = [first];

        public long SentAt { get; set; } = sentAt;
    }
}
