using Akka.Actor;
using Notify.Broker.History;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;

namespace Notify.Broker.Channels;

/// <summary>Groups the messages of a node to its own channels.</summary>
internal static class ChannelCommands
{
    /// <summary>Stops the channel: sharding moves or releases it. Earlier messages in the mailbox are handled first.</summary>
    public sealed class Stop : INoSerializationVerificationNeeded
    {
        public static readonly Stop Instance = new();

        private Stop()
        {
        }
    }

    /// <summary>Stops the channel if it has been idle since a time, and removes expired data.</summary>
    public sealed record Tidy(long IdleSince) : INoSerializationVerificationNeeded;

    /// <summary>Halves the history in memory: the histories of the node use too much.</summary>
    public sealed class Shrink : INoSerializationVerificationNeeded
    {
        public static readonly Shrink Instance = new();

        private Shrink()
        {
        }
    }

    /// <summary>Reports that a node left the cluster, and its relays with it.</summary>
    public sealed record NodeLost(Address Node) : INoSerializationVerificationNeeded;

    /// <summary>Reports that the store made this actor the owner.</summary>
    public sealed record Claimed(ClaimedChannel Channel) : INoSerializationVerificationNeeded;

    /// <summary>Reports that the store could not claim the channel.</summary>
    public sealed record NotClaimed(Exception Cause) : INoSerializationVerificationNeeded;

    /// <summary>Reports whether the store has the notifications that a relay received.</summary>
    /// <param name="Join">The relay's join.</param>
    /// <param name="Relay">The relay.</param>
    /// <param name="IsRenewed">Whether the store had lost some, so that the channel has a new epoch.</param>
    public sealed record Compared(JoinChannel Join, IActorRef Relay, bool IsRenewed) : INoSerializationVerificationNeeded;

    /// <summary>Reports that the store could not check whether it has the notifications that a relay received.</summary>
    public sealed record NotCompared(Exception Cause) : INoSerializationVerificationNeeded;

    /// <summary>Reports what became of a change that went to the store.</summary>
    public sealed record ChangeCompleted(PendingChange Change, AppendOutcome Outcome) : INoSerializationVerificationNeeded;

    /// <summary>Reports the items that the ids and categories of a request name.</summary>
    public sealed record ItemsFound(MarkInbox Request, IActorRef Requester, FoundItems Items) : INoSerializationVerificationNeeded;

    /// <summary>Reports whether the store has erased the channel, which has a new epoch then.</summary>
    public sealed record Erased(IActorRef Requester, bool IsErased) : INoSerializationVerificationNeeded;

    /// <summary>Reports the offset before the oldest notification in the store.</summary>
    public sealed record FloorRead(long Floor) : INoSerializationVerificationNeeded;

    /// <summary>Reports the result of a key lookup, or its failure.</summary>
    public sealed record KeyLookedUp(IdempotencyKey Key, IdempotencyRecord? Send, Exception? Failure) : INoSerializationVerificationNeeded;
}
