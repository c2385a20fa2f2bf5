using Akka.Actor;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Protocol;

namespace Notify.Broker.Relays;

/// <summary>Groups the messages of a connection to a relay of its own node.</summary>
internal static class RelayCommands
{
    /// <summary>Subscribes a socket to a channel, from now or from a position.</summary>
    public sealed record Subscribe(
        string Channel, Subscription Subscription, Since? Since, JoinReply? Reply, CommandGate? Gate) : INoSerializationVerificationNeeded;

    /// <summary>Reports that a socket that receives a replay has room for more.</summary>
    public sealed record Continue(string Channel, Subscription Subscription) : INoSerializationVerificationNeeded;

    /// <summary>Reports that a node left the cluster. The relay joins the channels of that node again, at their next owners.</summary>
    public sealed record OwnerLost(Peer Owner) : INoSerializationVerificationNeeded;

    /// <summary>Requests the sockets that have joined a channel; answered by <see cref="Subscribers"/>.</summary>
    public sealed record ListSubscribers(string Channel) : INoSerializationVerificationNeeded;

    /// <summary>Lists the sockets that have joined a channel.</summary>
    public sealed record Subscribers(IReadOnlyList<ISubscriber> All) : INoSerializationVerificationNeeded;

    /// <summary>Requests the positions of a connection in channels of the relay; answered by <see cref="Positions"/>.</summary>
    public sealed record ListPositions(IReadOnlyList<KeyValuePair<string, Subscription>> Joined) : INoSerializationVerificationNeeded;

    /// <summary>Lists positions, in the order of the request; null for one that is not known yet.</summary>
    public sealed record Positions(IReadOnlyList<Position?> All) : INoSerializationVerificationNeeded;

    /// <summary>Returns to its sender when the relay has handled all earlier messages.</summary>
    public sealed class Barrier : INoSerializationVerificationNeeded
    {
        public static readonly Barrier Instance = new();

        private Barrier()
        {
        }
    }

    /// <summary>Removes a socket from a channel.</summary>
    public sealed record Unsubscribe(
        string Channel, Subscription Subscription, Action? Left, CommandGate? Gate) : INoSerializationVerificationNeeded;
}
