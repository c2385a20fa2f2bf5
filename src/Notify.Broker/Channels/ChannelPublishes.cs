using Akka.Actor;
using Notify.Broker.History;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Tracing;

namespace Notify.Broker.Channels;

/// <summary>
/// Handles the publishes of one channel from their arrival to the answer: looks up idempotency keys, orders, appends to the store,
/// delivers to the relays, answers the sender.
/// </summary>
/// <param name="services">The parts of the node.</param>
/// <param name="claim">The channel, as claimed.</param>
/// <param name="state">Orders the notifications.</param>
/// <param name="relays">The relays that have joined.</param>
/// <param name="queue">The account of publishes that wait for a key lookup.</param>
/// <param name="self">The channel's actor, which receives the answers of the store.</param>
internal sealed class ChannelPublishes(
    ChannelServices services, ClaimedChannel claim, ChannelState state, RelayLinks relays, MessageQueue queue, IActorRef self)
{
    private PendingChanges? _pending;

    private string Node => services.Options.Cluster.Self.ToString();

    /// <summary>Gets whether the store still has to answer.</summary>
    public bool ArePending => _pending is { IsEmpty: false };

    /// <summary>Gets whether a change is in flight.</summary>
    public bool AreChanging => _pending is { AreChanging: true };

    /// <summary>Answers a publish that arrived before, at once or when it is stored. Returns false if it is new.</summary>
    public bool TryAnswer(Publish message, IActorRef sender)
    {
        if (state.Find(message.Id) is not { } known)
        {
            return false;
        }

        if (known <= state.Head.Offset)
        {
            Answer(sender, message.Id, message.Id, state.Head with { Offset = known });
        }
        else
        {
            _pending!.Attach(known, sender, message.Id);
        }

        return true;
    }

    /// <summary>Handles a new publish: looks up its key if it has one, else appends it.</summary>
    public void Add(Publish message, IActorRef sender)
    {
        if (message.Key is { } key)
        {
            LookUpKey(key, message, sender);
        }
        else
        {
            Append(message, sender);
        }
    }

    /// <summary>Handles the result of a key lookup.</summary>
    /// <param name="lookup">The result.</param>
    /// <param name="isStopping">Whether the channel stops and appends nothing new.</param>
    public void OnKeyLookedUp(ChannelCommands.KeyLookedUp lookup, bool isStopping)
    {
        foreach (var (message, sender) in _pending!.Idempotent.Remove(lookup.Key))
        {
            queue.Release(message);
            if (lookup.Send is { } first)
            {
                Answer(sender, message.Id, first.Id, first.Position);
            }
            else if (lookup.Failure is null && !isStopping)
            {
                Append(message, sender);
            }
        }
    }

    /// <summary>Gets or sets the marks; null when the channel is not an inbox.</summary>
    public ChannelInbox? Inbox { get; set; }

    /// <summary>Adds marks that go to the store, or that wait for changes before them.</summary>
    public void Add(PendingChange change) => (_pending ??= new PendingChanges()).Add(change);

    /// <summary>Handles a stored change: delivers and answers all changes up to the first that is still in flight.</summary>
    public void OnStored(PendingChange stored)
    {
        foreach (var change in _pending!.MarkStored(stored))
        {
            if (change is not PendingPublish publish)
            {
                ((PendingInboxChange)change).Commit();
                continue;
            }

            Commit(publish.Notification, publish.Accepted, publish.Inbox);
            foreach (var (sender, id) in publish.Senders)
            {
                Answer(sender, id, publish.Notification.Id, publish.Notification.Position, publish.Accepted.Trace);
            }
        }
    }

    private void LookUpKey(IdempotencyKey key, Publish message, IActorRef sender)
    {
        _pending ??= new PendingChanges();
        if (_pending.Idempotent.Find(key) is { } before)
        {
            before.Add(sender, message.Id);
            return;
        }

        if (!queue.TryReserve(message, sender) || !_pending.Idempotent.Add(key, message, sender))
        {
            return;
        }

        var find = services.Store.FindAsync(claim, key);
        if (find.IsCompletedSuccessfully)
        {
            OnKeyLookedUp(new ChannelCommands.KeyLookedUp(key, find.Result, null), isStopping: false);
        }
        else
        {
            _ = find.PipeTo(
                self,
                success: record => new ChannelCommands.KeyLookedUp(key, record, null),
                failure: cause => new ChannelCommands.KeyLookedUp(key, null, cause));
        }
    }

    private void Append(Publish message, IActorRef sender)
    {
        // A publish with the same key may have been appended since this one was looked up.
        if (message.Key is { } racing && _pending!.Idempotent.Find(racing) is { } before)
        {
            before.Add(sender, message.Id);
            return;
        }

        if (!services.Store.HasRoom)
        {
            sender.Tell(new PublishRefused(state.Name, message.Id));
            return;
        }

        var time = services.Time;
        var notification = state
            .Order(message.Id, message.Payload, time.GetUtcNow().ToUnixTimeMilliseconds(), time.GetMilliseconds())
            .With(message.Meta);
        var inbox = Inbox?.Append(notification);
        var accepted = DeliveryStamp.Accepted with { Trace = message.Trace };
        if (message.Trace is not null)
        {
            BrokerTraces.Ordered(message.Trace, notification, Node);
        }

        var append = inbox is not null
            ? services.Store.AppendAsync(claim, notification, message.Key, ChannelInbox.Encode(inbox), message.Trace)
            : message.Trace is null
            ? services.Store.AppendAsync(claim, notification, message.Key)
            : services.Store.AppendAsync(claim, notification, message.Key, message.Trace);
        if (append.IsCompletedSuccessfully && append.Result == AppendOutcome.Stored && !AreChanging)
        {
            Commit(notification, accepted, inbox);
            Answer(sender, message.Id, message.Id, notification.Position, message.Trace);
            return;
        }

        var pending = new PendingPublish(notification, message.Key, accepted, inbox);
        (_pending ??= new PendingChanges()).Add(pending, sender, message.Id);
        Follow(pending, append, self);
    }

    /// <summary>Has the channel told what becomes of a change that goes to the store.</summary>
    /// <param name="change">The change.</param>
    /// <param name="write">Its write.</param>
    /// <param name="channel">The channel's actor.</param>
    internal static void Follow(PendingChange change, Task<AppendOutcome> write, IActorRef channel) => _ = write.ContinueWith(
        task => channel.Tell(new ChannelCommands.ChangeCompleted(
            change, task.IsCompletedSuccessfully ? task.Result : AppendOutcome.Unknown)),
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);

    private void Commit(Notification notification, DeliveryStamp accepted, InboxState? inbox)
    {
        state.Commit(notification, services.Time.GetMilliseconds());
        if (services.Local.Bytes > services.Options.MemoryMax)
        {
            state.History.ShrinkTo(state.History.Bytes / 2);
        }

        relays.Deliver(notification, accepted);
        Inbox?.OnStored(inbox);
        services.Metrics.Publishes.Published(notification.Payload.Length);
    }

    private void Answer(
        IActorRef sender, PublishId id, PublishId notification, Position position, TraceContext? trace = null) =>
        sender.Tell(new Published(state.Name, id, notification, position) { Owner = trace is null ? null : Node });
}
