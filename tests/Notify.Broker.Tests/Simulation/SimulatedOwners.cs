using System.Text;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Messages;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Simulates the owners of the channels: the real decisions, and appends that a store serves later.</summary>
internal sealed class SimulatedOwners(SimulatedCluster world, Store? store, long historyTtl)
{
    private readonly Dictionary<string, SimulatedOwner> _all = [];
    private readonly HashSet<string> _homeless = [];
    private readonly List<PendingAppend> _appends = [];

    public IReadOnlyDictionary<string, SimulatedOwner> All => _all;

    /// <summary>Gets the number of appends that the store has not served.</summary>
    public int Waiting => _appends.Count;

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
                world.Network.Add(new Packet(new ChannelStopped(name, relay, joinNumber), ToRelay: owner.Links[relay]));
                owner.Forget(relay, joinNumber);
            }
        }
    }

    /// <summary>Performs the store's next request, and returns the result if the requester still exists.</summary>
    public void Keep()
    {
        if (_appends.Count == 0)
        {
            return;
        }

        var append = _appends[0];
        _appends.RemoveAt(0);
        var name = append.Notification.Channel;
        var isKept = store!.Of(name).Append(append.Claim, append.Notification);
        if (isKept)
        {
            Record(append.Notification);
        }

        if (!_all.TryGetValue(name, out var owner) || owner.Claim != append.Claim)
        {
            return;
        }

        if (!isKept)
        {
            Stop(name);
            return;
        }

        Commit(owner, append.Notification);
    }

    private void Record(Notification notification) => world.Log.Add(
        (notification.Channel, notification.Position.Epoch, notification.Offset), Encoding.UTF8.GetString(notification.Payload.Span));

    private void Commit(SimulatedOwner owner, Notification notification)
    {
        var state = owner.State;
        state.Commit(notification, world.Now);
        foreach (var (relay, joinNumber) in state.Relays)
        {
            var deliver = new Deliver(relay, joinNumber, notification);
            owner.Node.PeerAt(owner.Links[relay].Node).Announced.Set(deliver);
            world.Network.Add(new Packet(deliver, ToRelay: owner.Links[relay]));
        }

        Answer(state, notification.Id, notification.Position);
    }

    private void Answer(ChannelState state, PublishId id, Position position)
    {
        world.Promises[world.Log[(state.Name, position.Epoch, position.Offset)]] = (state.Name, position);
        world.Network.Add(new Packet(new Published(state.Name, id, id, position)));
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
                    || (store is not null && store.Of(state.Name).Owner != owner.Claim),
                    "A channel takes its history for lost.");
                var before = state.JoinNumber(join.Relay);
                if (state.Join(join.Relay, join.JoinNumber))
                {
                    owner.Forget(join.Relay, before);
                    owner.Links[join.Relay] = sender!;
                    owner.Node.PeerAt(sender!.Node).Theirs.Add(new JoinKey(state.Name, join.Relay, join.JoinNumber));
                    world.Network.Add(
                        new Packet(
                            new ChannelJoined(state.Name, join.Relay, join.JoinNumber, state.Head), ToRelay: sender, Node: owner.Node));
                }

                break;
            case LeaveChannel leave when state.Leave(leave.Relay, leave.JoinNumber):
                owner.Forget(leave.Relay, leave.JoinNumber);
                break;
            case ReadHistory read when state.IsJoined(read.Relay, read.JoinNumber):
                var floor = store?.Of(state.Name).Floor ?? state.History.Floor;
                var after = read.After == ReadHistory.Earliest ? floor : read.After;
                var page = after > state.History.Newest
                    ? store?.Of(state.Name).Head.Offset >= after ? [] : null
                    : after < state.History.Floor && store is not null
                        ? store.Of(state.Name).Read(after, read.UpTo)
                        : state.History.Read(after, read.UpTo, 600);
                var from = state.Head with
                {
                    Offset = page is not null ? after : after > state.History.Newest ? state.History.Newest : floor
                };
                var answer = new HistoryPage(state.Name, read.Relay, read.JoinNumber, read.After, from, page);
                world.Network.Add(new Packet(answer, ToRelay: sender));
                break;
        }
    }

    private SimulatedOwner Claim(string channel)
    {
        if (store is null)
        {
            return new SimulatedOwner(
                new ChannelState(channel, new Position(world.NewEpoch(), 0), new ChannelHistory(1000, historyTtl), 1_000_000),
                0,
                world.PickNode());
        }

        var life = store.Claim(channel, world.NewEpoch());
        var state = new ChannelState(channel, life.Head, new ChannelHistory(int.MaxValue, historyTtl, 1_000, life.Head.Offset), 1_000_000);
        foreach (var (id, offset) in life.Recent)
        {
            state.Recall(id, offset, world.Now);
        }

        return new SimulatedOwner(state, life.Owner, world.PickNode());
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

        var notification = state.Order(publish.Id, publish.Payload, world.Now, world.Now);
        if (store is null)
        {
            Record(notification);
            Commit(owner, notification);
        }
        else
        {
            _appends.Add(new PendingAppend(owner.Claim, notification));
        }
    }

    private sealed record PendingAppend(int Claim, Notification Notification);
}
