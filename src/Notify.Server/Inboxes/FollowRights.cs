using Notify.Broker;
using Notify.Broker.Inboxes;
using Notify.Server.Access;

namespace Notify.Server.Inboxes;

/// <summary>
/// Decides which announcement channels belong to the inbox of a client: with tokens those of the claim <c>follow</c>, else those that the
/// client names.
/// </summary>
internal static class FollowRights
{
    /// <summary>The channel that users follow whose token has no claim <c>follow</c>, if they may join it.</summary>
    public const string Default = "announce:all";

    /// <summary>Returns the announcement channels of a client.</summary>
    /// <param name="node">The node.</param>
    /// <param name="access">The rights of the client; null when everybody may join every channel.</param>
    /// <param name="asked">The channels that the client names.</param>
    public static IReadOnlyList<string> NamesOf(BrokerNode node, ConnectionAccess? access, IReadOnlyCollection<string> asked)
    {
        var names = access is not { TakesTokens: true } ? asked
            : access.Identity is not { User: not null, Claims: var claims } ? []
            : claims.Follows ?? (access.MayJoin(Default) ? [Default] : []);
        return
        [
            .. names
                .Where(node.IsAnnouncement)
                .Distinct(StringComparer.Ordinal)
                .Take(FollowSet.Max),
        ];
    }

    /// <summary>
    /// Has the user of an inbox that a client joins follow the client's announcement channels, if they have announcements.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="channel">The channel that is joined.</param>
    /// <param name="wantsInbox">Whether the client is told of the marks. Without them it counts nothing.</param>
    /// <param name="access">The rights of the client; null when everybody may join every channel.</param>
    /// <param name="asked">The channels that the client names.</param>
    public static void Follow(
        BrokerNode node, string channel, bool wantsInbox, ConnectionAccess? access, IReadOnlyCollection<string> asked)
    {
        if (wantsInbox && node.IsInbox(channel) && NamesOf(node, access, asked) is { Count: > 0 } names)
        {
            // The join does not wait. The client is told when it is stored.
            _ = node.Inboxes.Announcements.TryFollowAsync(channel, names, mayCreate: access is { TakesTokens: true });
        }
    }
}
