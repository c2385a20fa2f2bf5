using Akka.Actor;
using Notify.Broker.History;
using Notify.Broker.Messages;

namespace Notify.Broker.Channels;

/// <summary>What a node asks of its own channels.</summary>
internal static class ChannelCommands
{
    /// <summary>Sharding stops the channel, to move it or to let it go. What is in the mailbox before this is served.</summary>
    public sealed class Stop : INoSerializationVerificationNeeded
    {
        public static readonly Stop Instance = new();

        private Stop()
        {
        }
    }

    /// <summary>Leave if idle for so long; forget what is too old.</summary>
    public sealed record Tidy(long IdleSince) : INoSerializationVerificationNeeded;

    /// <summary>The node's histories cost too much: keep half of what you have.</summary>
    public sealed class Shrink : INoSerializationVerificationNeeded
    {
        public static readonly Shrink Instance = new();

        private Shrink()
        {
        }
    }

    /// <summary>A node is no member any more, and its relays with it.</summary>
    public sealed record NodeLost(Address Node) : INoSerializationVerificationNeeded;

    /// <summary>The store made this actor the owner.</summary>
    public sealed record Claimed(ClaimedChannel Channel) : INoSerializationVerificationNeeded;

    /// <summary>The store could not say what the channel is.</summary>
    public sealed record NotClaimed(Exception Cause) : INoSerializationVerificationNeeded;

    /// <summary>The store has looked whether it has what a relay was told.</summary>
    /// <param name="Join">The relay's join.</param>
    /// <param name="Relay">The relay.</param>
    /// <param name="IsRenewed">Whether it had lost it, and the channel has a new epoch.</param>
    public sealed record Compared(JoinChannel Join, IActorRef Relay, bool IsRenewed) : INoSerializationVerificationNeeded;

    /// <summary>The store could not say whether it has what a relay was told.</summary>
    public sealed record NotCompared(Exception Cause) : INoSerializationVerificationNeeded;

    /// <summary>Reports what became of an append.</summary>
    public sealed record AppendCompleted(PendingPublish Publish, AppendOutcome Outcome) : INoSerializationVerificationNeeded;

    /// <summary>What the store knows of a key; a failure when it could not look.</summary>
    public sealed record KeyLookedUp(IdempotencyKey Key, IdempotencyRecord? Send, Exception? Failure) : INoSerializationVerificationNeeded;
}
