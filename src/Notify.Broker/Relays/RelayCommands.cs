using Akka.Actor;
using Notify.Broker.Connections;
using Notify.Broker.AntiEntropy;
using Notify.Protocol;

namespace Notify.Broker.Relays;

/// <summary>What a connection asks of a relay of its own node.</summary>
internal static class RelayCommands
{
    /// <summary>A socket joins a channel, from now on or from a position on.</summary>
    public sealed record Subscribe(string Channel, Subscription Subscription, Since? Since, JoinReply? Reply, CommandGate? Gate) : INoSerializationVerificationNeeded;

    /// <summary>A socket that is told what it missed has room for more.</summary>
    public sealed record Continue(string Channel, Subscription Subscription) : INoSerializationVerificationNeeded;

    /// <summary>A node is no member any more: what lived there is joined again, wherever it lives next.</summary>
    public sealed record OwnerLost(Peer Owner) : INoSerializationVerificationNeeded;

    /// <summary>Comes back when everything told before it was handled.</summary>
    public sealed class Barrier : INoSerializationVerificationNeeded
    {
        public static readonly Barrier Instance = new();

        private Barrier()
        {
        }
    }

    /// <summary>A socket leaves a channel.</summary>
    public sealed record Unsubscribe(string Channel, Subscription Subscription, Action? Left, CommandGate? Gate) : INoSerializationVerificationNeeded;
}
