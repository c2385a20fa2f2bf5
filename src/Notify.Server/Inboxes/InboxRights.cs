using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Inboxes;
using Notify.Protocol.Tokens;
using Notify.Server.Access;

namespace Notify.Server.Inboxes;

/// <summary>
/// Decides who is told of the marks of an inbox, and who marks: with tokens its user alone, else everybody who may join the channel.
/// </summary>
internal static class InboxRights
{
    /// <summary>Returns the error of a client that asks for the marks of a channel; null when it is told of them.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="kind">What the channel is used for. Everybody who may join announcements is told of them.</param>
    /// <param name="access">The rights of the connection; null when everybody may join every channel.</param>
    public static string? Refuse(string channel, ChannelKind kind, ConnectionAccess? access)
    {
        if (kind != ChannelKind.Inbox)
        {
            return kind == ChannelKind.Announcement ? null : JoinErrors.NotInbox;
        }

        var isOwn = access is not { TakesTokens: true }
            || (access.Identity?.User is { } user && channel == ChannelPattern.UserPrefix + user);
        return isOwn ? null : JoinErrors.Forbidden;
    }

    /// <summary>Returns the error of a client that marks items; null when it may.</summary>
    /// <param name="node">The node.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="marks">The marks, some of which may name announcements.</param>
    /// <param name="access">The rights of the connection; null when everybody may join every channel.</param>
    public static string? RefuseMark(
        BrokerNode node, string channel, IReadOnlyList<InboxMarkRequest> marks, ConnectionAccess? access)
    {
        if (!node.IsInbox(channel))
        {
            return JoinErrors.NotInbox;
        }

        if (access is not (null or { TakesTokens: true }) && !access.HasJoined(channel))
        {
            return JoinErrors.Forbidden;
        }

        var others = marks.Select(static mark => mark.Of).OfType<string>();
        return Refuse(channel, ChannelKind.Inbox, access)
            ?? (others.All(of => FollowRights.NamesOf(node, access, [of]).Contains(of)) ? null : JoinErrors.Forbidden);
    }
}
