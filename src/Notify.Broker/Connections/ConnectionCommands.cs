using Akka.Actor;
using Notify.Protocol;

namespace Notify.Broker.Connections;

/// <summary>What the protocol layer asks of a connection, in the order in which the client said it.</summary>
public static class ConnectionCommands
{
    /// <summary>Join a channel. Joining one that is joined changes nothing but is answered, unless it says from where on.</summary>
    /// <param name="Channel">The channel's name.</param>
    /// <param name="Format">How the client wants to be told.</param>
    /// <param name="Reply">The acknowledgement, when one is asked for.</param>
    /// <param name="Gate">Left when the command has been served.</param>
    /// <param name="Since">From where on the client wants to be told; null for what is sent from now on.</param>
    public sealed record Join(string Channel, WireFormat Format, JoinReply? Reply, CommandGate Gate, Since? Since = null) : INoSerializationVerificationNeeded;

    /// <summary>Leave a channel, joined or not.</summary>
    /// <param name="Channel">The channel's name.</param>
    /// <param name="Left">Called by the channel's relay when nothing of the channel follows any more; null when nobody asks.</param>
    /// <param name="Gate">Left when the command has been served.</param>
    public sealed record Leave(string Channel, Action? Left, CommandGate Gate) : INoSerializationVerificationNeeded;

    /// <summary>Leave every channel; the session goes on.</summary>
    public sealed class LeaveAll : INoSerializationVerificationNeeded
    {
        /// <summary>The only one.</summary>
        public static readonly LeaveAll Instance = new();

        private LeaveAll()
        {
        }
    }

    /// <summary>The turn has come of a connection that waits to join; see <see cref="NodeJoins"/>.</summary>
    internal sealed class JoinTurn : INoSerializationVerificationNeeded
    {
        /// <summary>The only one.</summary>
        public static readonly JoinTurn Instance = new();

        private JoinTurn()
        {
        }
    }

    /// <summary>The session is over; what is queued is still written.</summary>
    public sealed class Ended : INoSerializationVerificationNeeded
    {
        /// <summary>The only one.</summary>
        public static readonly Ended Instance = new();

        private Ended()
        {
        }
    }
}
