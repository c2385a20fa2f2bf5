using Akka.Actor;
using Notify.Protocol;

namespace Notify.Broker.Connections;

/// <summary>Defines the commands of the protocol layer to a connection, which are sent in the client's order.</summary>
public static class ConnectionCommands
{
    /// <summary>
    /// Requests to join a channel. A join of a joined channel is only acknowledged, unless it contains a starting position.
    /// </summary>
    /// <param name="Channel">The channel's name.</param>
    /// <param name="Format">The format of the client's messages.</param>
    /// <param name="Reply">The acknowledgement, when the client requests one.</param>
    /// <param name="Gate">The gate that the command leaves when it has been served.</param>
    /// <param name="Since">The starting position; null for live notifications only.</param>
    /// <param name="WantsInbox">Whether the client is told of the marks of the channel, which is an inbox.</param>
    public sealed record Join(
        string Channel, WireFormat Format, JoinReply? Reply, CommandGate Gate, Since? Since = null, bool WantsInbox = false)
        : INoSerializationVerificationNeeded;

    /// <summary>Requests to leave a channel, joined or not.</summary>
    /// <param name="Channel">The channel's name.</param>
    /// <param name="Left">Called by the channel's relay when no more notifications of the channel follow; null when no ack was
    /// requested.</param>
    /// <param name="Gate">The gate that the command leaves when it has been served.</param>
    public sealed record Leave(string Channel, Action? Left, CommandGate Gate) : INoSerializationVerificationNeeded;

    /// <summary>Requests to leave every channel. The session continues.</summary>
    public sealed class LeaveAll : INoSerializationVerificationNeeded
    {
        /// <summary>The single instance.</summary>
        public static readonly LeaveAll Instance = new();

        private LeaveAll()
        {
        }
    }

    /// <summary>Grants a turn to a connection that waits to join; see <see cref="NodeJoins"/>.</summary>
    internal sealed class JoinTurn : INoSerializationVerificationNeeded
    {
        /// <summary>The single instance.</summary>
        public static readonly JoinTurn Instance = new();

        private JoinTurn()
        {
        }
    }

    /// <summary>Requests the channels that the connection has joined; answered by <see cref="Channels"/>.</summary>
    public sealed class ListChannels : INoSerializationVerificationNeeded
    {
        /// <summary>The single instance.</summary>
        public static readonly ListChannels Instance = new();

        private ListChannels()
        {
        }
    }

    /// <summary>Lists the channels that the connection has joined.</summary>
    /// <param name="Joined">Their names, and the subscription to each.</param>
    public sealed record Channels(IReadOnlyList<KeyValuePair<string, Subscription>> Joined) : INoSerializationVerificationNeeded;

    /// <summary>Reports the end of the session. Queued messages are still written.</summary>
    public sealed class Ended : INoSerializationVerificationNeeded
    {
        /// <summary>The single instance.</summary>
        public static readonly Ended Instance = new();

        private Ended()
        {
        }
    }
}
