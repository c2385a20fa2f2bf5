using Notify.Broker.Connections;
using Notify.Protocol.Tokens;
using Notify.Server.Options;

namespace Notify.Server.Access;

/// <summary>Represents the decision on a join, and what it depends on. The same input gives the same decision on every node.</summary>
/// <param name="Outcome">The decision.</param>
/// <param name="Rule">The rule of the channel.</param>
/// <param name="Pattern">The pattern that has this rule; null for the default rule.</param>
/// <param name="Step">What decided, in a few words.</param>
internal readonly record struct AccessDecision(AccessOutcome Outcome, AccessRule Rule, ChannelPattern? Pattern, string Step)
{
    /// <summary>Gets the error for the client; null when the join is allowed or the backend decides.</summary>
    public string? Error => Outcome switch
    {
        AccessOutcome.Unauthorized => JoinErrors.Unauthorized,
        AccessOutcome.Forbidden => JoinErrors.Forbidden,
        _ => null,
    };

    /// <summary>Gets the word for the decision, as in metrics and in the API.</summary>
    public string Name => Outcome switch
    {
        AccessOutcome.Allowed => "allowed",
        AccessOutcome.Ask => "ask",
        _ => Error!,
    };

    /// <summary>Decides on a join.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="token">The token of the connection; null without one.</param>
    /// <param name="joinToken">The token of the join itself; null without one.</param>
    /// <param name="hasCredentials">
    /// Whether the request to the backend repeats credentials of the client, such as a cookie. Then the backend can tell who the client is.
    /// </param>
    public static AccessDecision Of(
        AccessRules rules, string channel, TokenClaims? token, TokenClaims? joinToken = null, bool hasCredentials = false)
    {
        var (rule, pattern) = rules.Find(channel);
        switch (rule)
        {
            case AccessRule.Closed:
                return new(AccessOutcome.Forbidden, rule, pattern, "the channel is closed");
            case AccessRule.Open:
                return new(AccessOutcome.Allowed, rule, pattern, "the channel is open");
        }

        if (token?.User is { } user && IsOwn(channel, user))
        {
            return new(AccessOutcome.Allowed, rule, pattern, "the channel is the user's own");
        }

        if (token is null && joinToken is null && !(rule == AccessRule.Ask && hasCredentials))
        {
            return new(AccessOutcome.Unauthorized, rule, pattern, "there is no token");
        }

        if (rule == AccessRule.User)
        {
            return token?.User is not null || joinToken?.User is not null
                ? new(AccessOutcome.Allowed, rule, pattern, "the token has a user")
                : new(AccessOutcome.Forbidden, rule, pattern, "the token has no user");
        }

        if (token?.Channels.Contains(channel) == true || joinToken?.Channels.Contains(channel) == true)
        {
            return new(AccessOutcome.Allowed, rule, pattern, "the token grants the channel");
        }

        if (token?.Follows?.Contains(channel) == true)
        {
            return new(AccessOutcome.Allowed, rule, pattern, "the token has the user follow the channel");
        }

        return rule == AccessRule.Ask
            ? new(AccessOutcome.Ask, rule, pattern, "the backend decides")
            : new(AccessOutcome.Forbidden, rule, pattern, "the token does not grant the channel");
    }

    private static bool IsOwn(string channel, string user) =>
        channel.Length == ChannelPattern.UserPrefix.Length + user.Length
        && channel.StartsWith(ChannelPattern.UserPrefix, StringComparison.Ordinal)
        && channel.EndsWith(user, StringComparison.Ordinal);
}
