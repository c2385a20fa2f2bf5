using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Protocol.Tokens;
using Notify.Server.Backends;
using Notify.Server.Operators;

namespace Notify.Server.Api;

/// <summary>Implements <c>/api/notification</c>, which says what happened to notifications.</summary>
/// <param name="node">The node.</param>
/// <param name="access">Limits what backends may see.</param>
internal sealed class ApiTrails(BrokerNode node, BackendAccess access) : IApiGroup
{
    private static readonly OperatorJson Json = OperatorJson.Readable;

    private readonly TrailReader _trails = new(node);

    /// <inheritdoc />
    public void Map(IEndpointRouteBuilder api) => api.MapGet("/notification", FindAsync).RequireScope(BackendScope.Read);

    private async Task<Results<JsonHttpResult<NotificationsAnswer>, ProblemHttpResult>> FindAsync(HttpRequest request)
    {
        var query = new ApiQuery(request.Query, "id", "user", "channel", "since", "limit");
        var id = query.Name("id");
        var channel = query.Name("channel");
        if (query.Name("user") is { } user)
        {
            if (channel is not null || !ChannelName.TryCreate(ChannelPattern.UserPrefix + user, out channel))
            {
                query.Refuse("user is not given together with channel, and is not longer than a channel's name.");
            }
        }

        var since = query.Time("since");
        var limit = query.Limit();
        if ((id is null) == (channel is null))
        {
            query.Refuse("One of id, user and channel is required, and only one.");
        }

        if (id is not null && !PublishId.TryParse(id, out _))
        {
            query.Refuse("id is not the id of a notification, as POST /api/notifications and /api/history return it.");
        }

        if (query.Problem is { } problem)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem);
        }

        if (id is null)
        {
            return ApiProblem.OfForbidden(access, request.HttpContext, [channel!]) is { } forbidden
                ? forbidden
                : TypedResults.Json(await _trails.ListAsync(channel!, limit, since), Json.NotificationsAnswer);
        }

        var found = await _trails.FindAsync(id, request.HttpContext.Backend().Channels.Contains);
        return found.Notifications.Count > 0
            ? TypedResults.Json(found, Json.NotificationsAnswer)
            : ApiProblem.Of(
                StatusCodes.Status404NotFound,
                found.Silent.Count == 0
                    ? "No node remembers this notification: it is too old for NOTIFY_TRAIL_MAX, or the id is wrong."
                    : $"No node that answered remembers this notification. These nodes did not answer: {string.Join(", ", found.Silent)}.");
    }
}
