using Notify.Protocol;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Checks a cluster in which nothing is under way any more.</summary>
internal sealed class FinalChecks(
    SimulatedCluster world, SimulatedOwners owners, IReadOnlyList<SimulatedNode> nodes, IReadOnlyList<Client> clients, Store? store)
{
    /// <summary>Checks that every joined client has received all, that both sides of each join know it, and that nothing is lost.</summary>
    public void Check()
    {
        foreach (var client in clients)
        {
            foreach (var channel in client.Positions.Keys)
            {
                Check(client, channel);
            }
        }

        foreach (var node in nodes)
        {
            Assert.Equal(0, node.Relay.State.Pending);
            Assert.All(nodes, other => Assert.Empty(node.PeerAt(other).Mine.Digest().Differences(other.PeerAt(node).Theirs.Digest())));
        }

        foreach (var (name, owner) in owners.All)
        {
            foreach (var subscription in owner.State.Relays)
            {
                var relay = nodes.Single(node => node.Relay.Id == subscription.Relay).Relay;
                Assert.Contains(clients, client => client.Relay == relay && client.Positions.ContainsKey(name));
            }
        }

        foreach (var (payload, (channel, position)) in store is null ? [] : world.Promises)
        {
            Assert.Equal(payload, world.Log[(channel, position.Epoch, position.Offset)]);
            Assert.Equal(position.Epoch, owners.All[channel].State.Epoch);
        }

        Assert.All(world.Log.GroupBy(entry => (entry.Key.Channel, entry.Key.Epoch)), life =>
            Assert.Equal(life.Count(), life.Select(entry => entry.Value).Distinct().Count()));

        Assert.False(world.Users.AreWaiting);
        foreach (var owner in owners.All.Values.Where(owner => owner.Inbox is not null))
        {
            world.Users.Check(owner, store is not null);
        }
    }

    /// <summary>Joins a new client of each node to each inbox, from the earliest notification.</summary>
    public IReadOnlyList<(string Channel, Client Client)> Connect(IReadOnlyList<string> channels)
    {
        var newcomers = new List<(string, Client)>();
        foreach (var channel in channels.Where(SimulatedUsers.IsInbox))
        {
            for (var node = 0; node < nodes.Count; node++)
            {
                var client = new Client(world, node);
                newcomers.Add((channel, client));
                client.Join(channel, isAloud: true, Since.Earliest.Instance, wantsInbox: true);
            }
        }

        return newcomers;
    }

    /// <summary>Checks that new clients were told everything that is not gone, nothing else, and the newest state.</summary>
    public void CheckNewcomers(IReadOnlyList<(string Channel, Client Client)> newcomers)
    {
        foreach (var (channel, client) in newcomers)
        {
            Check(client, channel);
            var (state, inbox) = (owners.All[channel].State, owners.All[channel].Inbox!.Stored);
            var floor = inbox.FloorAt(state.Head.Offset);
            var items = Enumerable.Range(1, (int)state.Head.Offset)
                .Select(offset => (long)offset)
                .Where(offset => offset > floor && !world.Users.AreGone(channel, state.Epoch, offset - 1, offset + 1));
            Assert.Equal(items, client.Received.Select(told => told.Position.Offset).Where(offset => offset > floor));
            Assert.Equal(inbox.Count(state.Head.Offset).Total, items.Count());
        }
    }

    private void Check(Client client, string channel)
    {
        var (head, position) = (owners.All[channel].State.Head, client.Positions[channel]);
        Assert.Equal(head.Epoch, position.Epoch);
        Assert.True(world.Users.AreGone(channel, head.Epoch, position.Offset, head.Offset + 1), $"{position} of {head}");
        if (client.Wants(channel))
        {
            var owner = owners.All[channel];
            Assert.True(
                client.Inboxes.TryGetValue(channel, out var told),
                $"{channel}: a client of {client.Relay.Id} was told nothing; ended: {client.IsEnded}, joined: "
                    + $"{owner.State.JoinNumber(client.Relay.Id)}, watches: {owner.Inbox!.Watchers.Contains(client.Relay.Id)}");
            Assert.Equal((head, owner.Inbox!.Stored.Revision), told);
        }
    }
}
