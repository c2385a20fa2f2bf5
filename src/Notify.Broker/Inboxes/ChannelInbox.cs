using Akka.Actor;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Broker.Inboxes;

/// <summary>
/// Handles the marks of one inbox at the owner of its channel: decides them in one order with the publishes, stores them, and then answers.
/// Runs in the channel's actor.
/// </summary>
internal sealed class ChannelInbox
{
    // A prefix may be removed from the store while the channel is loaded, because of its age or because the disk is full.
    private static readonly long FloorInterval = (long)TimeSpan.FromMinutes(10).TotalMilliseconds;

    private const int SoonSeconds = 60;

    private readonly ChannelServices _services;
    private readonly ClaimedChannel _claim;
    private readonly ChannelState _state;
    private readonly RelayLinks _relays;
    private readonly ChannelReader _reader;
    private readonly ChannelPublishes _publishes;
    private readonly IActorRef _self;
    private readonly ChannelAnnouncements? _announcements;
    private readonly RecentMarks _requests;

    // What is decided, with the changes in flight; and what is stored, and may be told.
    private InboxState _decided;
    private InboxState _stored;
    private RangeSet _recalled = RangeSet.Empty;
    private long _readFloorAt;

    public ChannelInbox(
        ChannelServices services,
        ClaimedChannel claim,
        ChannelState state,
        RelayLinks relays,
        ChannelReader reader,
        ChannelPublishes publishes,
        RecentMarks requests,
        IActorRef self)
    {
        (_services, _claim, _state, _reader, _self) = (services, claim, state, reader, self);
        (_relays, _publishes, _requests) = (relays, publishes, requests);
        publishes.Inbox = this;
        var kind = services.Options.Channels.KindOf(claim.Name);
        _announcements = kind == ChannelKind.Announcement ? new ChannelAnnouncements(services, reader, state) : null;
        _decided = _stored = InboxReading.Load(services.Store, claim, services.Options.Channels.InboxSize);
        reader.Gone = () => _stored.GoneAt(Now);
        _readFloorAt = services.Time.GetMilliseconds() + FloorInterval;
        if (InboxReading.Adopt(services.Store, claim, kind, _decided) is { } adopted)
        {
            Change(adopted, changed: 0, answer: null, RangeSet.Empty);
        }

        Trim(claim.Floor);
    }

    /// <summary>Gets whether the channel has announcements. Their users' marks are in the inboxes of the users.</summary>
    public bool IsAnnouncement => _announcements is not null;

    /// <summary>
    /// Gets whether the owner must not stop when it is idle: the marks would be lost with it, or an item expires within a minute.
    /// </summary>
    public bool IsNeeded => (!_services.Store.IsDurable && _stored.IsMarked) || NextExpiry - Now < SoonSeconds;

    /// <summary>Gets when the oldest request to mark is forgotten, in milliseconds of the monotonic clock; null if there is none.</summary>
    public long? ForgetAt => _requests.ForgetAt;

    /// <summary>Gets when the next item expires, in Unix seconds; null for never.</summary>
    public long? NextExpiry => _decided.NextExpiry;

    private long Now => _services.Time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Encodes marks for the store.</summary>
    public static StoredInbox Encode(InboxState inbox) => new(inbox.Revision, InboxFormat.Encode(inbox));

    /// <summary>Decides the effects of a publish. Returns the marks to store with it; null when it changes none.</summary>
    public InboxState? Append(Notification notification)
    {
        var next = _decided.Append(notification.Offset, ItemMeta.Parse(notification.Meta).Effects);
        _decided = next ?? _decided;
        return next;
    }

    /// <summary>Handles that a publish is stored and delivered.</summary>
    /// <param name="next">The marks that were stored with it; null when it changed none.</param>
    public void OnStored(InboxState? next)
    {
        if (next is not null)
        {
            Adopt(next);
        }

        TellRelays();
    }

    /// <summary>Handles a request to mark items.</summary>
    public void Mark(MarkInbox request, IActorRef sender)
    {
        if (_requests.TryAnswer(request.Id, sender))
        {
            return;
        }

        var ids = request.Marks.SelectMany(mark => mark.Ids).ToHashSet(StringComparer.Ordinal);
        var categories = request.Marks.Select(mark => mark.Category).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (ids.Count + categories.Count == 0)
        {
            Mark(request, sender, found: null);
            return;
        }

        var channel = _self;
        var last = _state.Head.Offset;
        _ = _reader.FindAsync(ids, categories, _decided.FloorAt(last), last).AsTask().ContinueWith(
            read =>
            {
                // Without an answer the request is repeated.
                if (read.IsCompletedSuccessfully)
                {
                    channel.Tell(new ChannelCommands.ItemsFound(request, sender, read.Result));
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Handles a request whose items are looked up.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sender">Who asks.</param>
    /// <param name="found">The items by id and category; null when the request has neither.</param>
    public void Mark(MarkInbox request, IActorRef sender, FoundItems? found)
    {
        if (!_requests.TryBegin(request.Id, sender, _services.Time.GetMilliseconds(), out var answer))
        {
            return;
        }

        if (request.Marks.Any(mark => mark is { Of: null, Epoch: { } epoch } && epoch != _state.Epoch))
        {
            answer(Answer(InboxMarkOutcome.StaleEpoch, _stored, 0));
            return;
        }

        if (!_services.Store.HasRoom)
        {
            answer(Answer(InboxMarkOutcome.Unavailable, _stored, 0));
            return;
        }

        var marks = request.Marks
            .Select(mark => new InboxMark(
                mark.Kind,
                mark.Resolve(found, _decided.Keys, _state.LastOffset),
                request.Heads.FirstOrDefault(head => head.Name == mark.Of)))
            .ToList();
        var recalled = Recalled(marks);

        // A client that only joins must not add a channel to the store.
        var mayFollow = request.MayCreate || (_claim.IsKnown && (_services.Store.IsDurable || _state.LastOffset > 0 || _decided.IsMarked));
        var next = _decided.Mark(marks, _state.LastOffset, mayFollow ? request.Heads : [])
            ?? (recalled.Count > 0 ? _decided with { Revision = _decided.Revision + 1 } : null);
        if (next is not null)
        {
            Change(next, _decided.CountChanged(next), answer, recalled);
        }
        else if (_publishes.AreChanging)
        {
            // It rests on changes that a crash may still take away, so it is answered after them.
            var decided = _decided;
            AfterChanges(() => Commit(decided, 0, answer));
        }
        else
        {
            answer(Answer(InboxMarkOutcome.Marked, _stored, 0));
        }
    }

    /// <summary>Answers with a page of items, and the marks. What has expired is removed before.</summary>
    public void Read(ReadInbox request, IActorRef sender) => Read(() => ReadAsync(request), sender);

    /// <summary>Erases the inbox. The channel stops then, and begins a new epoch.</summary>
    public void Erase(IActorRef sender) => _ = _services.Store.EraseAsync(_claim).PipeTo(
        _self,
        success: isErased => new ChannelCommands.Erased(sender, isErased),
        failure: _ => new ChannelCommands.Erased(sender, IsErased: false));

    /// <summary>Answers with the head of the announcements, what marks choose among them, and items.</summary>
    public void Read(ReadAnnouncement request, IActorRef sender) =>
        Read(() => _announcements!.ReadAsync(request, _stored, _decided.Keys), sender);

    /// <summary>Tells a relay of the marks, now and after each change.</summary>
    public void Watch(WatchInbox request, IActorRef relay)
    {
        if (_announcements is { IsBacklogFound: false } announcements)
        {
            // If it fails, the relay asks again.
            _ = announcements.FindBacklogAsync(_stored).ContinueWith(
                _ => _self.Tell(request, relay),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            return;
        }

        if (_relays.Watch(request))
        {
            _ = TryExpire();
            relay.Tell(Told(Encode())(request.Relay, request.JoinNumber));
        }
    }

    /// <summary>Takes over stored marks, and answers their request.</summary>
    private void Commit(InboxState next, long changed, Action<InboxMarked>? answer)
    {
        Adopt(next);
        TellRelays();
        answer?.Invoke(Answer(InboxMarkOutcome.Marked, next, changed));
    }

    /// <summary>Removes what has expired, and looks from time to time whether items were removed from the store.</summary>
    public void Tidy(long now)
    {
        _ = TryExpire();
        _requests.Forget(now);
        if (!_services.Store.IsDurable)
        {
            Trim(_state.History.Floor);
        }
        else if (now >= _readFloorAt && _claim.IsKnown)
        {
            _readFloorAt = now + FloorInterval;
            var channel = _self;
            _ = _services.Store.ReadAsync(_claim, StoredPage.Earliest, 0, 1).ContinueWith(
                read => channel.Tell(new ChannelCommands.FloorRead(read.Result.From)),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    /// <summary>Removes the items up to an offset.</summary>
    public void Trim(long floor)
    {
        if (_services.Store.HasRoom && _decided.Trim(floor, _state.LastOffset) is { } next)
        {
            Change(next, changed: 0, answer: null, RangeSet.Empty);
        }
    }

    // Content is overwritten even if the user has removed the item, but only once.
    private RangeSet Recalled(IEnumerable<InboxMark> marks) => marks
        .Where(static mark => mark.Kind == InboxMarkKind.Recalled)
        .Aggregate(RangeSet.Empty, (all, mark) => all.Union(mark.Items))
        .Clip(_decided.FloorAt(_state.LastOffset), _state.LastOffset)
        .Except(_recalled);

    private bool TryExpire()
    {
        if (!_services.Store.HasRoom || _decided.Expire(Now, _state.LastOffset) is not { } next)
        {
            return false;
        }

        Change(next, changed: 0, answer: null, RangeSet.Empty);
        return true;
    }

    private void Adopt(InboxState next)
    {
        var gone = next.Gone.Except(_stored.Gone);
        _stored = next;
        if (gone.Count > 0)
        {
            _state.History.RemoveContent(gone);
            _relays.Remove(_state.Head, gone);
        }
    }

    private void AfterChanges(Action answer) => _publishes.Add(new PendingInboxChange(answer) { IsStored = true });

    private void Read<T>(Func<ValueTask<T>> read, IActorRef sender)
    {
        if (TryExpire() && _publishes.AreChanging)
        {
            AfterChanges(() => _ = ChannelReader.AnswerAsync(read(), sender));
        }
        else
        {
            _ = ChannelReader.AnswerAsync(read(), sender);
        }
    }

    private ValueTask<InboxPage> ReadAsync(ReadInbox request) => InboxReading.ReadAsync(request, _stored, _state.Head, _reader);

    private void TellRelays()
    {
        if (_relays.AreWatching)
        {
            _relays.Tell(Told(Encode()));
        }
    }

    private byte[] Encode() => InboxReading.Encode(_stored, _state.Head);

    private Func<RelayId, long, InboxTold> Told(byte[] marks)
    {
        var (head, revision, counts) = (_state.Head, _stored.Revision, _stored.Count(_state.Head.Offset));
        var backlog = _announcements?.BacklogOf(_stored);
        return (relay, joinNumber) => new InboxTold(_state.Name, relay, joinNumber, head, revision, counts, marks)
        {
            Backlog = backlog,
        };
    }

    private void Change(InboxState next, long changed, Action<InboxMarked>? answer, RangeSet recalled)
    {
        var stored = Encode(next);
        if (stored.State.Length > InboxFormat.MaxBytes)
        {
            answer?.Invoke(Answer(InboxMarkOutcome.Limit, _stored, 0));
            return;
        }

        _decided = next;
        _services.Metrics.Inboxes.Saved(stored.State.Length);
        _recalled = _recalled.Clip(next.Floor, long.MaxValue).Union(recalled);
        var write = _services.Store.SaveInboxAsync(_claim, stored, _state.LastOffset, recalled.Offsets);
        if (write.IsCompletedSuccessfully && write.Result == AppendOutcome.Stored && !_publishes.AreChanging)
        {
            Commit(next, changed, answer);
            return;
        }

        var pending = new PendingInboxChange(() => Commit(next, changed, answer));
        _publishes.Add(pending);
        ChannelPublishes.Follow(pending, write, _self);
    }

    private InboxMarked Answer(InboxMarkOutcome outcome, InboxState inbox, long changed) =>
        new(_state.Name, outcome, _state.Head, inbox.Revision, inbox.Count(_state.Head.Offset), changed);
}
