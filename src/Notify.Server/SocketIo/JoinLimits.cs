using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.Inboxes;
using Notify.Server.Access;
using Notify.Server.Inboxes;
using Notify.Server.Limits;
using Notify.Server.Options;

namespace Notify.Server.SocketIo;

/// <summary>
/// Holds the limits of joins and marks of this node's Socket.IO clients. All of them share one instance, because each refers to it.
/// </summary>
/// <param name="connection">The options of connections.</param>
/// <param name="node">The node.</param>
internal sealed class JoinLimits(ConnectionOptions connection, BrokerNode node)
{
    /// <summary>Gets the rate of joins and leaves. Above it the client is throttled.</summary>
    public TokenRate Rate => connection.JoinRate;

    /// <summary>Gets the maximum number of channels of one connection. An event with more is refused.</summary>
    public int Most => node.MaxJoins;

    /// <summary>Gets the rate of marks. Above it the client is throttled.</summary>
    public TokenRate MarkRate { get; } = new(connection.MarkRate);

    /// <summary>Gets the inboxes.</summary>
    public InboxQueries Inboxes => node.Inboxes;

    /// <summary>Returns the error of a client that marks items; null when it may.</summary>
    public string? RefuseMark(string channel, IReadOnlyList<InboxMarkRequest> marks, ConnectionAccess? access) =>
        InboxRights.RefuseMark(node, channel, marks, access);

    /// <summary>Returns what a channel is used for.</summary>
    public ChannelKind KindOf(string channel) => node.KindOf(channel);

    /// <summary>Has the user of an inbox that a client joins follow the client's announcement channels.</summary>
    public void Follow(string channel, bool wantsInbox, ConnectionAccess? access, IReadOnlyCollection<string> asked) =>
        FollowRights.Follow(node, channel, wantsInbox, access, asked);

    /// <summary>Counts a refused event.</summary>
    public void Refused() => node.Metrics.Limits.Refused("joins");
}
