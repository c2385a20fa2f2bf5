using Notify.Broker.Channels;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;
using Notify.Broker.Tests.Inboxes;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Simulates the marks at the owners of inboxes: the real decisions, which are stored, told and answered in one order.</summary>
internal sealed class SimulatedInboxes(SimulatedCluster world, SimulatedOwners owners, Store? store)
{
    /// <summary>Returns what a publish does to the marks, for the store; null when the channel is not an inbox, or nothing.</summary>
    public static InboxState? Append(SimulatedOwner owner, Notification notification)
    {
        var next = owner.Inbox?.Decided.Append(notification.Offset, ItemMeta.Parse(notification.Meta).Effects);
        if (next is not null)
        {
            owner.Inbox!.Decided = next;
        }

        return next;
    }

    /// <summary>Returns a page without what is gone.</summary>
    public IReadOnlyList<Notification>? WithoutGone(SimulatedOwner owner, IReadOnlyList<Notification>? page)
    {
        var gone = owner.Inbox?.Stored.GoneAt(world.Seconds) ?? RangeSet.Empty;
        return page is null ? null : [.. page.Select(each => gone.Contains(each.Offset) ? each.WithoutContent() : each)];
    }

    /// <summary>Handles marks.</summary>
    public void Mark(SimulatedOwner owner, SimulatedMark message)
    {
        var (inbox, state) = (owner.Inbox!, owner.State);
        if (message.Request.Marks.Any(mark => mark.Epoch is { } epoch && epoch != state.Epoch))
        {
            Answer(owner, message.Id, InboxMarkOutcome.StaleEpoch);
            return;
        }

        var marks = message.Request.Marks
            .Select(mark => new InboxMark(mark.Kind, mark.IsAll ? RangeSet.Of(1, state.LastOffset) : mark.Offsets!))
            .ToList();
        var next = inbox.Decided.Mark(marks, state.LastOffset);
        Change(owner, next, model => Mark(model, marks), answering => Answer(answering, message.Id, InboxMarkOutcome.Marked));
    }

    /// <summary>Tells a relay from now on.</summary>
    public void Watch(SimulatedOwner owner, WatchInbox message, SimulatedRelay relay)
    {
        if (owner.Inbox is { } inbox && owner.State.IsJoined(message.Relay, message.JoinNumber))
        {
            inbox.Watchers.Add(message.Relay);
            Expire(owner);
            world.Network.Add(new Packet(Told(owner, message.JoinNumber, relay), ToRelay: relay));
        }
    }

    /// <summary>Removes what the store no longer has.</summary>
    public void OnClaimed(SimulatedOwner owner)
    {
        if (owner.Inbox is not null && store is not null)
        {
            Trim(owner, store.Of(owner.State.Name).Floor);
        }
    }

    /// <summary>Removes what has expired, and what the store no longer has.</summary>
    public void Tidy(SimulatedOwner owner)
    {
        if (owner.Inbox is not null)
        {
            Expire(owner);
            Trim(owner, store?.Of(owner.State.Name).Floor ?? owner.State.History.Floor);
        }
    }

    /// <summary>Takes over stored marks, and tells the relays.</summary>
    /// <param name="owner">The owner.</param>
    /// <param name="next">The marks; null when only a notification is new.</param>
    public void Commit(SimulatedOwner owner, InboxState? next)
    {
        var (inbox, state) = (owner.Inbox!, owner.State);
        var gone = (next ?? inbox.Stored).Gone.Except(inbox.Stored.Gone);
        inbox.Stored = next ?? inbox.Stored;
        if (gone.Count > 0)
        {
            state.History.RemoveContent(gone);
        }

        foreach (var (relay, joinNumber) in state.Relays)
        {
            var link = owner.Links[relay];
            if (gone.Count > 0)
            {
                world.Network.Add(new Packet(new ItemsRemoved(state.Name, relay, joinNumber, state.Epoch, gone), ToRelay: link));
            }

            if (inbox.Watchers.Contains(relay))
            {
                var told = Told(owner, joinNumber, link);
                owner.Node.PeerAt(link.Node).Announced.Set(told);
                world.Network.Add(new Packet(told, ToRelay: link));
            }
        }
    }

    private static void Mark(ModelInbox model, IEnumerable<InboxMark> marks)
    {
        foreach (var (kind, range) in marks.SelectMany(mark => mark.Items.Select(range => (mark.Kind, range))))
        {
            _ = model.Mark(kind, range.From, range.To);
        }
    }

    private static InboxTold Told(SimulatedOwner owner, long joinNumber, SimulatedRelay relay)
    {
        var (state, stored) = (owner.State, owner.Inbox!.Stored);
        return new InboxTold(
            state.Name,
            relay.Id,
            joinNumber,
            state.Head,
            stored.Revision,
            stored.Count(state.Head.Offset),
            InboxReading.Encode(stored, state.Head));
    }

    private void Expire(SimulatedOwner owner)
    {
        var now = world.Seconds;
        if (owner.Inbox!.Decided.Expire(now, owner.State.LastOffset) is { } next)
        {
            Change(owner, next, model => model.Expire(now), null);
        }
    }

    private void Trim(SimulatedOwner owner, long floor)
    {
        if (owner.Inbox!.Decided.Trim(floor, owner.State.LastOffset) is { } next)
        {
            Change(owner, next, model => model.Trim(floor), null);
        }
    }

    private void Change(SimulatedOwner owner, InboxState? next, Action<ModelInbox> change, Action<SimulatedOwner>? answer)
    {
        owner.Inbox!.Decided = next ?? owner.Inbox.Decided;
        owners.Write(owner, new PendingWrite(owner.State.Name, owner.Claim)
        {
            Inbox = next,
            DecidedAt = owner.State.LastOffset,
            Change = change,
            Answer = answer,
        });
    }

    private void Answer(SimulatedOwner owner, Guid id, InboxMarkOutcome outcome)
    {
        var (head, stored) = (owner.State.Head, owner.Inbox!.Stored);
        world.Network.Add(new Packet(new SimulatedMarked(
            id, new InboxMarked(owner.State.Name, outcome, head, stored.Revision, stored.Count(head.Offset), 0))));
    }
}
