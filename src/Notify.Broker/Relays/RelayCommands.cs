using Akka.Actor;
using Notify.Broker.Connections;

namespace Notify.Broker.Relays;

/// <summary>What a connection asks of a relay of its own node.</summary>
internal static class RelayCommands
{
    /// <summary>A socket joins a channel.</summary>
    public sealed record Subscribe(string Channel, Subscription Subscription, JoinReply? Reply, CommandGate? Gate) : INoSerializationVerificationNeeded;

    /// <summary>A socket leaves a channel.</summary>
    public sealed record Unsubscribe(string Channel, Subscription Subscription, Action? Left, CommandGate? Gate) : INoSerializationVerificationNeeded;
}
