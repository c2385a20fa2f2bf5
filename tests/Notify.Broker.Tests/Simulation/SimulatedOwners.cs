using System.Text;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Simulates the owners of the channels: the real decisions, and appends that a store serves later.</summary>
internal sealed class SimulatedOwners
{
    private readonly SimulatedCluster _world;
    private readonly Store? _store;
    private readonly long _historyTtl;
    private readonly SimulatedInboxes _inboxes;
    private readonly Dictionary<string, SimulatedOwner> _all = [];
    private readonly HashSet<string> _homeless = [];
    private readonly List<PendingWrite> _writes = [];

    public SimulatedOwners(SimulatedCluster world, Store? store, long historyTtl)
    {
        (_world, _store, _historyTtl) = (world, store, historyTtl);
        _inboxes = new SimulatedInboxes(world, this, store);
    }

    public IReadOnlyDictionary<string, SimulatedOwner> All => _all;

    /// <summary>Gets the number of changes that the store has not served.</summary>
    public int Waiting => _writes.Count;

    /// <summary>Loses the owners of a node. Until the other nodes learn of it, their channels have no owner.</summary>
    public void Lose(SimulatedNode node)
    {
        foreach (var name in _all.Where(owner => owner.Value.Node == node).Select(owner => owner.Key).ToList())
        {
            _all.Remove(name);
            _homeless.Add(name);
        }
    }

    /// <summary>Allows the channels of lost nodes to start elsewhere.</summary>
    public void NoticeLoss() => _homeless.Clear();

    /// <summary>Stops an owner, by a failure or for a move: its state is lost, and its relays are informed.</summary>
    public void Stop(string name)
    {
        if (_all.Remove(name, out var owner))
        {
            foreach (var (relay, joinNumber) in owner.State.Relays)
            {
                _world.Network.Add(new Packet(new ChannelStopped(name, relay, joinNumber), ToRelay: owner.Links[relay]));
                owner.Forget(relay, joinNumber);
            }
        }
    }

    /// <summary>Performs the store's next request, and returns the result if the requester still exists.</summary>
    public void Keep()
    {
        if (_writes.Count == 0)
        {
            return;
        }

        var write = _writes[0];
        _writes.RemoveAt(0);
        var isStored = write.IsEmpty || _store!.Of(write.Channel).Write(write);
        if (isStored)
        {
            Record(write);
        }

        if (!_all.TryGetValue(write.Channel, out var owner) || owner.Claim != write.Claim)
        {
            return;
        }

        if (!isStored || (!write.IsEmpty && _world.IsOutcomeUnknown()))
        {
            Stop(write.Channel);
            return;
        }

        Commit(owner, write);
    }

    /// <summary>Lets owners do what they do from time to time.</summary>
    public void Tidy()
    {
        foreach (var owner in _all.Values)
        {
            _inboxes.Tidy(owner);
        }
    }

    /// <summary>Has a change stored after those before it, and then told and answered.</summary>
    public void Write(SimulatedOwner owner, PendingWrite write)
    {
        if (_store is null || (write.IsEmpty && !_writes.Exists(other => (other.Channel, other.Claim) == (write.Channel, write.Claim))))
        {
            Record(write);
            Commit(owner, write);
        }
        else
        {
            _writes.Add(write);
        }
    }

    // What the store has accepted has happened, whoever learns of it.
    private void Record(PendingWrite write)
    {
        if (write.Notification is { } notification)
        {
            var payload = Encoding.UTF8.GetString(notification.Payload.Span);
            _world.Log.Add((write.Channel, notification.Position.Epoch, notification.Offset), payload);
        }

        if (write.Change is null)
        {
            return;
        }

        var epoch = _store?.Of(write.Channel).Head.Epoch ?? _all[write.Channel].State.Epoch;
        var truth = _world.Users.Of(write.Channel, epoch);
        if (!write.IsEmpty)
        {
            truth.Apply(write.Change, write.Inbox);
        }
        else if (_store is null || _store.Of(write.Channel).Owner == write.Claim)
        {
            truth.CheckUnchanged(write.Change);
        }
    }

    private void Commit(SimulatedOwner owner, PendingWrite write)
    {
        if (write.Notification is { } notification)
        {
            Deliver(owner, notification);
        }

        if (owner.Inbox is not null && !write.IsEmpty)
        {
            _inboxes.Commit(owner, write.Inbox);
        }

        write.Answer?.Invoke(owner);
    }

    private void Deliver(SimulatedOwner owner, Notification notification)
    {
        var state = owner.State;
        state.Commit(notification, _world.Now);
        foreach (var (relay, joinNumber) in state.Relays)
        {
            var deliver = new Deliver(relay, joinNumber, notification);
            owner.Node.PeerAt(owner.Links[relay].Node).Announced.Set(deliver);
            _world.Network.Add(new Packet(deliver, ToRelay: owner.Links[relay]));
        }
    }

    private void Answer(ChannelState state, PublishId id, Position position)
    {
        _world.Promises[_world.Log[(state.Name, position.Epoch, position.Offset)]] = (state.Name, position);
        _world.Network.Add(new Packet(new Published(state.Name, id, id, position)));
    }

    public void Receive(IChannelMessage message, SimulatedRelay? sender)
    {
        if (_homeless.Contains(message.Channel))
        {
            return;
        }

        if (!_all.TryGetValue(message.Channel, out var owner))
        {
            owner = Claim(message.Channel);
            _all.Add(message.Channel, owner);
            _inboxes.OnClaimed(owner);
        }

        var state = owner.State;
        switch (message)
        {
            case Publish publish:
                Publish(owner, publish);
                break;
            case JoinChannel join:
                // Nothing is ever lost here, so only an owner that has been replaced can lack a notification that was delivered to a relay.
                Assert.True(
                    join.Known is not { } told
                    || state.Has(told) is not false
                    || (_store is not null && _store.Of(state.Name).Owner != owner.Claim),
                    "A channel takes its history for lost.");
                var before = state.JoinNumber(join.Relay);
                if (state.Join(join.Relay, join.JoinNumber))
                {
                    owner.Forget(join.Relay, before, isAgain: before == join.JoinNumber);
                    owner.Links[join.Relay] = sender!;
                    owner.Node.PeerAt(sender!.Node).Theirs.Add(new JoinKey(state.Name, join.Relay, join.JoinNumber));
                    _world.Network.Add(
                        new Packet(
                            new ChannelJoined(state.Name, join.Relay, join.JoinNumber, state.Head), ToRelay: sender, Node: owner.Node));
                }

                break;
            case SimulatedMark mark:
                _inboxes.Mark(owner, mark);
                break;
            case WatchInbox watch:
                _inboxes.Watch(owner, watch, sender!);
                break;
            case LeaveChannel leave when state.Leave(leave.Relay, leave.JoinNumber):
                owner.Forget(leave.Relay, leave.JoinNumber);
                break;
            case ReadHistory read when state.MayRead(read):
                var floor = _store?.Of(state.Name).Floor ?? state.History.Floor;
                var after = read.After == ReadHistory.Earliest ? floor : read.After;
                var page = after > state.History.Newest
                    ? _store?.Of(state.Name).Head.Offset >= after ? [] : null
                    : after < state.History.Floor && _store is not null
                        ? _store.Of(state.Name).Read(after, read.UpTo)
                        : state.History.Read(after, read.UpTo, 600);
                var from = state.Head with
                {
                    Offset = page is not null ? after : after > state.History.Newest ? state.History.Newest : floor
                };
                var answer = new HistoryPage(
                    state.Name, read.Relay, read.JoinNumber, read.After, from, _inboxes.WithoutGone(owner, page));
                _world.Network.Add(new Packet(answer, ToRelay: sender));
                break;
        }
    }

    private SimulatedOwner Claim(string channel)
    {
        if (_store is null)
        {
            return new SimulatedOwner(
                new ChannelState(channel, new Position(_world.NewEpoch(), 0), new ChannelHistory(1000, _historyTtl), 1_000_000),
                0,
                _world.PickNode())
            {
                Inbox = SimulatedUsers.IsInbox(channel) ? new SimulatedInbox(new InboxState(InboxTruth.Size)) : null,
            };
        }

        var life = _store.Claim(channel, _world.NewEpoch());
        var state = new ChannelState(channel, life.Head, new ChannelHistory(int.MaxValue, _historyTtl, 1_000, life.Head.Offset), 1_000_000);
        foreach (var (id, offset) in life.Recent)
        {
            state.Recall(id, offset, _world.Now);
        }

        return new SimulatedOwner(state, life.Owner, _world.PickNode())
        {
            Inbox = SimulatedUsers.IsInbox(channel) ? new SimulatedInbox(life.Load(channel)) : null,
        };
    }

    private void Publish(SimulatedOwner owner, Publish publish)
    {
        var state = owner.State;
        if (state.Find(publish.Id) is { } known)
        {
            if (known <= state.Head.Offset)
            {
                Answer(state, publish.Id, state.Head with { Offset = known });
            }

            return;
        }

        var notification = state.Order(publish.Id, publish.Payload, _world.Now, _world.Now).With(publish.Meta);
        var effects = ItemMeta.Parse(notification.Meta).Effects;
        Write(owner, new PendingWrite(state.Name, owner.Claim)
        {
            Notification = notification,
            Inbox = SimulatedInboxes.Append(owner, notification),
            Change = owner.Inbox is null ? null : model => model.Publish(effects),
            Answer = answering => Answer(answering.State, notification.Id, notification.Position),
        });
    }
}
