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

    private readonly ChannelServices _services;
    private readonly ClaimedChannel _claim;
    private readonly ChannelState _state;
    private readonly RelayLinks _relays;
    private readonly ChannelReader _reader;
    private readonly ChannelPublishes _publishes;
    private readonly IActorRef _self;

    // What is decided, with the changes in flight; and what is stored, and may be told.
    private InboxState _decided;
    private InboxState _stored;
    private long _readFloorAt;

    public ChannelInbox(
        ChannelServices services,
        ClaimedChannel claim,
        ChannelState state,
        RelayLinks relays,
        ChannelReader reader,
        ChannelPublishes publishes,
        IActorRef self)
    {
        (_services, _claim, _state, _reader, _self) = (services, claim, state, reader, self);
        (_relays, _publishes) = (relays, publishes);
        publishes.Delivered = TellRelays;
        _decided = _stored = Load();
        _readFloorAt = services.Time.GetMilliseconds() + FloorInterval;
        if (services.Store.IsDurable && claim is { IsKnown: true, Kind: not ChannelKind.Inbox })
        {
            // The channel was no inbox so far. Nobody should find a hundred old notifications unread.
            var all = RangeSet.Of(1, state.LastOffset);
            Change(
                _decided.Mark([new InboxMark(InboxMarkKind.Read, all)], state.LastOffset) ?? _decided with { Revision = 1 },
                changed: 0,
                sender: null);
        }
    }

    /// <summary>Gets whether the marks are lost with this owner.</summary>
    public bool IsNeeded => !_services.Store.IsDurable && _stored.Revision > 0;

    /// <summary>Handles a request to mark items.</summary>
    public void Mark(MarkInbox request, IActorRef sender)
    {
        var ids = request.Marks.SelectMany(mark => mark.Ids).ToHashSet(StringComparer.Ordinal);
        if (ids.Count == 0)
        {
            Mark(request, sender, found: null);
            return;
        }

        var channel = _self;
        _ = _reader.FindAsync(ids, _decided.FloorAt(_state.Head.Offset), _state.Head.Offset).AsTask().ContinueWith(
            read =>
            {
                // Without an answer the request is repeated.
                if (read.IsCompletedSuccessfully)
                {
                    channel.Tell(new ChannelCommands.IdsFound(request, sender, read.Result));
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Handles a request whose ids are found.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sender">Who asks.</param>
    /// <param name="found">The offsets of the ids; null when the request has none.</param>
    public void Mark(MarkInbox request, IActorRef sender, IReadOnlyDictionary<string, long>? found)
    {
        if (request.Marks.Any(mark => mark.Epoch is { } epoch && epoch != _state.Epoch))
        {
            sender.Tell(Answer(InboxMarkOutcome.StaleEpoch, _stored, 0));
            return;
        }

        if (!_services.Store.HasRoom)
        {
            sender.Tell(Answer(InboxMarkOutcome.Unavailable, _stored, 0));
            return;
        }

        var next = _decided.Mark(request.Marks.Select(mark => Resolve(mark, found)), _state.LastOffset);
        if (next is not null)
        {
            Change(next, _decided.CountChanged(next), sender);
        }
        else if (_publishes.AreChanging)
        {
            // It rests on changes that a crash may still take away, so it is answered after them.
            _publishes.Add(new PendingMark(this, _decided, 0, sender) { IsStored = true });
        }
        else
        {
            sender.Tell(Answer(InboxMarkOutcome.Marked, _stored, 0));
        }
    }

    /// <summary>Reads a page of items, and the marks.</summary>
    /// <exception cref="HistoryStoreException">The store is unavailable.</exception>
    public async ValueTask<InboxPage> ReadAsync(ReadInbox request)
    {
        var (inbox, head) = (_stored, _state.Head);
        var marks = Encode();
        if (request.Limit == 0)
        {
            return new InboxPage(_state.Name, IsInbox: true, head, inbox.Revision, marks, [], null);
        }

        var wanted = inbox.Select(request.Filter, request.Before, request.Limit + 1, head.Offset);
        var (page, next) = await _reader.ReadItemsAsync([.. wanted.Take(request.Limit)]);
        if (next is null && wanted.Count > request.Limit)
        {
            next = wanted[request.Limit - 1];
        }

        return new InboxPage(_state.Name, IsInbox: true, head, inbox.Revision, marks, page, next);
    }

    /// <summary>Tells a relay of the marks, now and after each change.</summary>
    public void Watch(WatchInbox request, IActorRef relay)
    {
        if (_relays.Watch(request))
        {
            relay.Tell(Told(Encode())(request.Relay, request.JoinNumber));
        }
    }

    /// <summary>Takes over stored marks, and answers their sender.</summary>
    public void Commit(InboxState next, long changed, IActorRef? sender)
    {
        _stored = next;
        TellRelays();
        sender?.Tell(Answer(InboxMarkOutcome.Marked, next, changed));
    }

    /// <summary>Looks from time to time whether items were removed from the store.</summary>
    public void Tidy(long now)
    {
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
            Change(next, changed: 0, sender: null);
        }
    }

    private static InboxMark Resolve(InboxMarkRequest mark, IReadOnlyDictionary<string, long>? found) =>
        new(mark.Kind, mark.IsAll ? RangeSet.Of(1, long.MaxValue) : mark.Offsets ?? Resolve(mark.Ids, found!));

    private static RangeSet Resolve(IReadOnlyList<string> ids, IReadOnlyDictionary<string, long> found) =>
        RangeSet.Of(ids.Where(found.ContainsKey).Select(id => new OffsetRange(found[id], found[id])));

    private void TellRelays()
    {
        if (_relays.AreWatching)
        {
            _relays.Tell(Told(Encode()));
        }
    }

    private byte[] Encode() => InboxFormat.Encode(_stored.ClipTo(_stored.FloorAt(_state.Head.Offset), _state.Head.Offset));

    private Func<RelayId, long, InboxTold> Told(byte[] marks)
    {
        var (head, revision, counts) = (_state.Head, _stored.Revision, _stored.Count(_state.Head.Offset));
        return (relay, joinNumber) => new InboxTold(_state.Name, relay, joinNumber, head, revision, counts, marks);
    }

    private InboxState Load()
    {
        var size = _services.Options.Channels.InboxSize;
        var last = _state.LastOffset;
        var state = new InboxState(size);
        if (_claim.Inbox is { } inbox)
        {
            try
            {
                state = InboxFormat.Decode(inbox.State, inbox.Revision, size);
            }
            catch (InvalidDataException exception)
            {
                _services.Store.ReportDamage(_state.Name, exception.Message);
                state = state with { Revision = inbox.Revision };
            }
        }

        return state.ClipTo(Math.Max(state.FloorAt(last), Math.Min(_claim.Floor, last)), last);
    }

    private void Change(InboxState next, long changed, IActorRef? sender)
    {
        var bytes = InboxFormat.Encode(next);
        if (bytes.Length > InboxFormat.MaxBytes)
        {
            sender?.Tell(Answer(InboxMarkOutcome.Limit, _stored, 0));
            return;
        }

        _decided = next;
        var write = _services.Store.SaveInboxAsync(_claim, new StoredInbox(next.Revision, bytes), _state.LastOffset);
        if (write.IsCompletedSuccessfully && write.Result == AppendOutcome.Stored && !_publishes.AreChanging)
        {
            Commit(next, changed, sender);
            return;
        }

        var pending = new PendingMark(this, next, changed, sender);
        _publishes.Add(pending);
        ChannelPublishes.Follow(pending, write, _self);
    }

    private InboxMarked Answer(InboxMarkOutcome outcome, InboxState inbox, long changed) =>
        new(_state.Name, outcome, _state.Head, inbox.Revision, inbox.Count(_state.Head.Offset), changed);
}
