using System.Buffers.Binary;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Protocol;

namespace Notify.Benchmarks.Scale;

/// <summary>
/// Simulates a client with one channel. It continues from its position when it reconnects, and counts what is lost or doubled.
/// </summary>
/// <param name="cluster">The cluster.</param>
/// <param name="channel">The channel.</param>
internal sealed class SimulatedConnection(SimulatedCluster cluster, string channel) : ISubscriber
{
    private Subscription? _subscription;
    private bool _hasEnded;

    /// <summary>Gets the channel.</summary>
    public string Channel => channel;

    /// <summary>Gets the relay to which it is connected; null for none.</summary>
    public SimulatedRelay? Relay { get; private set; }

    /// <summary>Gets its position; null before the first join was answered.</summary>
    public Position? Position { get; private set; }

    /// <summary>Gets whether its join was answered.</summary>
    public bool IsJoined { get; private set; }

    /// <summary>Gets how often a notification did not follow the one before it.</summary>
    public int Faults { get; private set; }

    /// <summary>Gets the number of notifications that it received.</summary>
    public long Received { get; private set; }

    /// <inheritdoc />
    public bool HasRoom => true;

    /// <inheritdoc />
    public void WhenRoom(Action then) => throw new NotSupportedException("There is always room.");

    /// <summary>Connects to a node, and joins the channel.</summary>
    public void Connect(SimulatedNode node)
    {
        Relay = node.RelayOf(channel);
        _hasEnded = false;
        _subscription = new Subscription(this, PositionFormat.Instance);
        var since = Position is { } known ? new Since.After(known.Epoch, known.Offset) : null;
        Relay.State.Subscribe(channel, _subscription, since, Reply.Instance, cluster.Now);
    }

    /// <summary>Disconnects from its node.</summary>
    public void Disconnect()
    {
        if (Relay is { } relay)
        {
            Lose();
            relay.State.Unsubscribe(channel, _subscription!);
        }
    }

    /// <summary>Loses its connection, because its node was killed.</summary>
    public void Lose() => (Relay, IsJoined) = (null, false);

    /// <inheritdoc />
    public bool Write(WireMessage message)
    {
        if (Relay is null || _hasEnded || message.IsBinary)
        {
            return false;
        }

        var offset = BinaryPrimitives.ReadInt64LittleEndian(message.Payload.Span);
        Faults += Position is { } known && known.Offset + 1 == offset ? 0 : 1;
        Position = Position!.Value with { Offset = offset };
        Received++;
        return true;
    }

    /// <inheritdoc />
    public void End(EndReason reason)
    {
        // Like a real socket: the channel is left later, never from within the relay.
        if (!_hasEnded)
        {
            _hasEnded = true;
            cluster.Schedule(0, Disconnect);
            cluster.Reconnect(this, 1_000, 5_000);
        }
    }

    private void OnJoined(Position position, bool recovered)
    {
        // Whoever has a position and is not recovered has missed something.
        Faults += Position is not null && !recovered && Position != position ? 1 : 0;
        Position = position;
        IsJoined = true;
    }

    private sealed class Reply : JoinReply
    {
        public static readonly Reply Instance = new();

        public override void Joined(ISubscriber subscriber, Position position, bool recovered) =>
            ((SimulatedConnection)subscriber).OnJoined(position, recovered);

        public override void Failed(ISubscriber subscriber, string error)
        {
            if (error == JoinErrors.Unavailable)
            {
                subscriber.End(EndReason.Unavailable);
            }
        }
    }

    private sealed class PositionFormat : WireFormat
    {
        public static readonly PositionFormat Instance = new();

        public override WireMessage Encode(Notification notification)
        {
            var bytes = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, notification.Offset);
            return WireMessage.Text(bytes);
        }

        // A reset is a loss. The binary message is counted by nobody, and the next notification does not follow.
        public override WireMessage? Reset(string channel, Position position) => WireMessage.Binary(new byte[1]);
    }
}
