using System.Globalization;
using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Inboxes;
using Notify.Protocol;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Simulates a client. It tracks its position, and fails the test when the next message does not follow it.</summary>
internal sealed class Client(SimulatedCluster world, int node) : ISubscriber
{
    private readonly Dictionary<string, Subscription> _subscriptions = [];

    private SimulatedCluster World => world;

    /// <summary>Gets the relay of the client's node, which changes after a failure.</summary>
    public SimulatedRelay Relay => world.RelayOf(node);

    public bool IsEnded { get; private set; }

    /// <summary>Gets the inboxes of which it is told, with the newest version.</summary>
    public Dictionary<string, (Position Head, long Revision)> Inboxes { get; } = [];

    /// <summary>Gets the notifications that it received.</summary>
    public List<(string Channel, Position Position)> Received { get; } = [];

    /// <summary>Gets the channels that the client has joined, with its position in each.</summary>
    public Dictionary<string, Position> Positions { get; } = [];

    public bool HasRoom => world.HasRoom;

    public void WhenRoom(Action then) => world.WhenRoom(then);

    public void Join(string channel, bool isAloud, Since? since = null, bool wantsInbox = false)
    {
        if (!_subscriptions.TryGetValue(channel, out var subscription))
        {
            subscription = new Subscription(this, isAloud ? new AloudFormat() : SilentFormat.Instance);
            _subscriptions.Add(channel, subscription);
        }

        subscription.WantsInbox |= wantsInbox;
        Relay.State.Subscribe(channel, subscription, since, new Reply(channel, since), Relay.Now());
    }

    public void Leave(string channel)
    {
        if (_subscriptions.Remove(channel, out var subscription))
        {
            Relay.State.Unsubscribe(channel, subscription);
            Positions.Remove(channel);
            Inboxes.Remove(channel);
        }
    }

    /// <summary>Returns whether it is joined to an inbox and wants to be told of it.</summary>
    public bool Wants(string channel) => Positions.ContainsKey(channel) && _subscriptions[channel].WantsInbox;

    public void Close()
    {
        foreach (var channel in _subscriptions.Keys.ToList())
        {
            Leave(channel);
        }
    }

    public bool Write(WireMessage message)
    {
        if (IsEnded)
        {
            return false;
        }

        var parts = Encoding.UTF8.GetString(message.Payload.Span).Split('|');
        var position = new Position(parts[2], long.Parse(parts[3], CultureInfo.InvariantCulture));
        if (parts[0] == "reset")
        {
            world.Resets++;
            Positions[parts[1]] = position;
            return true;
        }

        if (parts[0] == "inbox")
        {
            Take(parts[1], position, [.. parts[4].Split(' ').Select(part => long.Parse(part, CultureInfo.InvariantCulture))]);
            return true;
        }

        // What is gone is left out.
        var known = Assert.Contains(parts[1], (IDictionary<string, Position>)Positions);
        Assert.Equal(known.Epoch, position.Epoch);
        Assert.True(known.Offset < position.Offset, $"{position} follows {known}");
        Assert.True(world.Users.AreGone(parts[1], known.Epoch, known.Offset, position.Offset), $"{position} follows {known}");
        Assert.False(Relay.HasRemoved(parts[1], position), $"{parts[1]} {position} is told, although it is gone");
        Positions[parts[1]] = position;
        Received.Add((parts[1], position));
        world.CheckDelivered(parts[1], position, parts[4]);
        return true;
    }

    private void Take(string channel, Position head, long[] numbers)
    {
        var (revision, counts) = (numbers[0], new InboxCounts(numbers[1], numbers[2], numbers[3], numbers[4]));
        world.Users.Of(channel, head.Epoch).CheckTold(head.Offset, revision, counts);
        if (Inboxes.TryGetValue(channel, out var last) && last.Head.Epoch == head.Epoch)
        {
            Assert.True(
                head.Offset >= last.Head.Offset && revision >= last.Revision,
                $"{channel}: {head} {revision} follows {last}");
        }

        // Nothing is counted before it was told, except to who is behind: the number is right before the list is.
        var position = Positions[channel];
        if (_subscriptions[channel].Cursor is null)
        {
            Assert.Equal(position.Epoch, head.Epoch);
            Assert.True(
                world.Users.AreGone(channel, head.Epoch, position.Offset, head.Offset + 1), $"{channel}: {head} is counted at {position}");
        }

        Inboxes[channel] = (head, revision);
        world.Told++;
    }

    // Like a real socket: the end is recorded, and the channels are left later, never from within the relay.
    public void End(EndReason reason) => IsEnded = true;

    private sealed class Reply(string channel, Since? since) : JoinReply
    {
        public override void Joined(ISubscriber subscriber, Position position, bool recovered)
        {
            var client = (Client)subscriber;
            if (since is Since.After named && recovered)
            {
                Assert.Equal(new Position(named.Epoch, named.Offset), position);
                client.World.Recoveries++;
            }
            else if (since is Since.After ahead && ahead.Epoch == position.Epoch)
            {
                // Missed notifications may be lost, but not delivered ones, even if this relay has not received them.
                Assert.True(position.Offset >= ahead.Offset, $"{channel}: sent back from {ahead.Offset} to {position.Offset}");
            }
            else if (since is null && client.Positions.TryGetValue(channel, out var known))
            {
                Assert.Equal(known.Epoch, position.Epoch);
                Assert.True(client.World.Users.AreGone(channel, known.Epoch, known.Offset, position.Offset + 1));
            }

            client.Positions[channel] = position;
        }

        // A client that had joined, and joined again from a position, is no longer joined either.
        public override void Failed(ISubscriber subscriber, string error)
        {
            Assert.Contains(error, new[] { JoinErrors.Unavailable, JoinErrors.Left });
            if (error == JoinErrors.Unavailable)
            {
                ((Client)subscriber).Leave(channel);
            }
        }
    }

    private class SilentFormat : WireFormat
    {
        public static readonly SilentFormat Instance = new();

        public override WireMessage Encode(Notification notification) => Message(
            "notification", notification.Channel, notification.Position, Encoding.UTF8.GetString(notification.Payload.Span));

        public override WireMessage Inbox(InboxNews news)
        {
            // The numbers are those of the state that comes with them.
            Assert.Equal(news.Counts, news.State.Count(news.Head.Offset));
            var (revision, (unread, unseen, total, archived)) = (news.Revision, news.Counts);
            return Message(
                "inbox", news.Channel, news.Head, FormattableString.Invariant($"{revision} {unread} {unseen} {total} {archived}"));
        }

        protected static WireMessage Message(string kind, string channel, Position position, string payload) =>
            WireMessage.Text(
                Encoding.UTF8.GetBytes(FormattableString.Invariant($"{kind}|{channel}|{position.Epoch}|{position.Offset}|{payload}")));
    }

    /// <summary>Encodes messages about gaps. There are several instances, so that several formats meet in one list.</summary>
    private sealed class AloudFormat : SilentFormat
    {
        public override WireMessage? Reset(string channel, Position position) => Message("reset", channel, position, "");
    }
}
