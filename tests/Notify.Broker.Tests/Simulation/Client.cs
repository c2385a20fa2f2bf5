using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
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

    /// <summary>Gets the channels that the client has joined, with its position in each.</summary>
    public Dictionary<string, Position> Positions { get; } = [];

    public bool HasRoom => world.HasRoom;

    public void WhenRoom(Action then) => world.WhenRoom(then);

    public void Join(string channel, bool isAloud, Since? since = null)
    {
        if (!_subscriptions.TryGetValue(channel, out var subscription))
        {
            subscription = new Subscription(this, isAloud ? new AloudFormat() : SilentFormat.Instance);
            _subscriptions.Add(channel, subscription);
        }

        Relay.State.Subscribe(channel, subscription, since, new Reply(channel, since), Relay.Now());
    }

    public void Leave(string channel)
    {
        if (_subscriptions.Remove(channel, out var subscription))
        {
            Relay.State.Unsubscribe(channel, subscription);
            Positions.Remove(channel);
        }
    }

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
        var position = new Position(parts[2], long.Parse(parts[3], System.Globalization.CultureInfo.InvariantCulture));
        if (parts[0] == "reset")
        {
            world.Resets++;
            Positions[parts[1]] = position;
            return true;
        }

        var known = Assert.Contains(parts[1], (IDictionary<string, Position>)Positions);
        Assert.Equal(known with { Offset = known.Offset + 1 }, position);
        Positions[parts[1]] = position;
        world.CheckDelivered(parts[1], position, parts[4]);
        return true;
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
                Assert.Equal(known, position);
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
