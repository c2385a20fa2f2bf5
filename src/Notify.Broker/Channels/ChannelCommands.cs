using Akka.Actor;

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
}
