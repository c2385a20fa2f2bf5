using Notify.Broker.Connections;
using Notify.Protocol.Tokens;
using Notify.Server.Access;

namespace Notify.Server.Inboxes;

/// <summary>Decides who is told of the marks of an inbox: with tokens its user alone, else everybody who may join the channel.</summary>
internal static class InboxRights
{
    /// <summary>Returns the error of a client that asks for the marks of a channel; null when it is told of them.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="isInbox">Whether the channel is an inbox.</param>
    /// <param name="access">The rights of the connection; null when everybody may join every channel.</param>
    public static string? Refuse(string channel, bool isInbox, ConnectionAccess? access)
    {
        if (!isInbox)
        {
            return JoinErrors.NotInbox;
        }

        var isOwn = access is not { TakesTokens: true }
            || (access.Identity?.User is { } user && channel == ChannelPattern.UserPrefix + user);
        return isOwn ? null : JoinErrors.Forbidden;
    }
}
