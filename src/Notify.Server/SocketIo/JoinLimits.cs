using Notify.Broker;
using Notify.Server.Limits;
using Notify.Server.Options;

namespace Notify.Server.SocketIo;

/// <summary>Holds the join limits of this node's Socket.IO clients. All of them share one instance, because each refers to it.</summary>
/// <param name="connection">The options of connections.</param>
/// <param name="node">The node.</param>
internal sealed class JoinLimits(ConnectionOptions connection, BrokerNode node)
{
    /// <summary>Gets the rate of joins and leaves. Above it the client is throttled.</summary>
    public TokenRate Rate => connection.JoinRate;

    /// <summary>Gets the maximum number of channels of one connection. An event with more is refused.</summary>
    public int Most => node.MaxJoins;

    /// <summary>Returns whether a channel is an inbox.</summary>
    public bool IsInbox(string channel) => node.IsInbox(channel);

    /// <summary>Counts a refused event.</summary>
    public void Refused() => node.Metrics.Limits.Refused("joins");
}
