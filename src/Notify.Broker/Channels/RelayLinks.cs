using Akka.Actor;
using Notify.Broker.AkkaInternals;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;

namespace Notify.Broker.Channels;

/// <summary>
/// Stores the addresses of the relays that have joined one channel. <see cref="ChannelState"/> decides which joins count. This class
/// updates the lists that the anti-entropy comparison between nodes reads.
/// </summary>
/// <param name="state">Decides which joins count.</param>
/// <param name="services">The parts of the node.</param>
internal sealed class RelayLinks(ChannelState state, ChannelServices services)
{
    private SmallMap<RelayId, RelayLink> _links;

    // The relays that are told of the marks of an inbox; null when there are none.
    private HashSet<RelayId>? _watchers;

    /// <summary>Gets whether a relay is told of the marks.</summary>
    public bool AreWatching => _watchers is { Count: > 0 };

    /// <summary>Adds a relay and answers it. A join older than the one that counts is ignored.</summary>
    /// <returns>Whether the join counts.</returns>
    public bool Join(JoinChannel message, IActorRef relay)
    {
        var before = state.JoinNumber(message.Relay);
        if (!state.Join(message.Relay, message.JoinNumber))
        {
            return false;
        }

        // The same join may arrive twice, and the relay, which has its answer, does not ask again to be told of the marks.
        var isWatching = before == message.JoinNumber && _watchers is not null && _watchers.Contains(message.Relay);
        Remove(message.Relay, before);
        if (isWatching)
        {
            _watchers!.Add(message.Relay);
        }

        var link = new RelayLink(relay, services.Relays.Find(message.Relay), services.Peers.Of(relay));
        link.Peer?.Theirs.Add(new JoinKey(state.Name, message.Relay, message.JoinNumber));
        _links[message.Relay] = link;
        relay.Tell(new ChannelJoined(state.Name, message.Relay, message.JoinNumber, state.Head));
        return true;
    }

    /// <summary>Removes a relay. A leave that does not belong to the join that counts is ignored.</summary>
    public void Leave(RelayId relay, long joinNumber)
    {
        if (state.Leave(relay, joinNumber))
        {
            Remove(relay, joinNumber);
        }
    }

    /// <summary>Removes the relays of a node that is no longer a member.</summary>
    public void RemoveNode(Address node)
    {
        foreach (var (relay, joinNumber) in state.Relays.ToList())
        {
            if (_links[relay].Peer?.Address == node)
            {
                Leave(relay, joinNumber);
            }
        }
    }

    /// <summary>Delivers a notification to every relay.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="accepted">When it was accepted.</param>
    public void Deliver(Notification notification, DeliveryStamp accepted)
    {
        // Without an enumerator, as every publish comes through here.
        for (var i = 0; i < state.Relays.Count; i++)
        {
            var (relay, joinNumber) = state.Relays[i];
            _links[relay].Deliver(new Deliver(relay, joinNumber, notification) { Stamp = accepted });
        }
    }

    /// <summary>Has a relay be told of the marks. Returns false if its join does not count.</summary>
    public bool Watch(WatchInbox message)
    {
        if (!state.IsJoined(message.Relay, message.JoinNumber))
        {
            return false;
        }

        (_watchers ??= []).Add(message.Relay);
        return true;
    }

    /// <summary>Tells the relays that watch.</summary>
    /// <param name="create">Creates the message for a relay and its join.</param>
    public void Tell(Func<RelayId, long, InboxTold> create)
    {
        foreach (var (relay, joinNumber) in state.Relays)
        {
            if (_watchers!.Contains(relay))
            {
                _links[relay].Tell(create(relay, joinNumber));
            }
        }
    }

    /// <summary>Tells every relay which notifications are gone from the inbox.</summary>
    public void Remove(Position head, RangeSet gone)
    {
        foreach (var (relay, joinNumber) in state.Relays)
        {
            _links[relay].Ref.Tell(new ItemsRemoved(state.Name, relay, joinNumber, head.Epoch, gone));
        }
    }

    /// <summary>Informs every relay that this owner stops, so that the relays join its successor.</summary>
    public void Stop()
    {
        foreach (var (relay, joinNumber) in state.Relays)
        {
            _links[relay].Ref.Tell(new ChannelStopped(state.Name, relay, joinNumber));
            _links[relay].Peer?.Theirs.Remove(new JoinKey(state.Name, relay, joinNumber));
        }
    }

    private void Remove(RelayId relay, long? joinNumber)
    {
        _watchers?.Remove(relay);
        if (joinNumber is { } ended && _links.Remove(relay, out var link))
        {
            link.Peer?.Theirs.Remove(new JoinKey(state.Name, relay, ended));
        }
    }
}
