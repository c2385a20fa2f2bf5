using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker;
using Notify.Broker.Inboxes;
using Notify.Server.Api;
using Answer = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.FileContentHttpResult,
    Microsoft.AspNetCore.Http.HttpResults.StatusCodeHttpResult,
    Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Notify.Server.Inboxes;

/// <summary>Answers requests about one inbox, for backends and for the user whose inbox it is.</summary>
/// <param name="node">The node, which starts after the endpoints are created.</param>
/// <param name="options">The limits of a node.</param>
internal sealed class InboxAnswers(BrokerNode node, BrokerOptions options)
{
    private const int DefaultLimit = 20;

    private readonly InboxJson _json = new(options.Channels.InboxSize);

    /// <summary>Gets the parameters of a list.</summary>
    public static IReadOnlyList<string> ListParameters { get; } = ["filter", "before", "limit"];

    /// <summary>Reads the parameters of a list.</summary>
    public static (InboxFilter Filter, long Before, int Limit) ReadList(ApiQuery query) => (
        query.OneOf("filter", ["all", "unread", "archived"]) switch
        {
            "unread" => InboxFilter.Unread,
            "archived" => InboxFilter.Archived,
            _ => InboxFilter.Listed,
        },
        query.Cursor("before"),
        query.Limit(DefaultLimit, InboxQueries.MaxLimit));

    /// <summary>Lists items.</summary>
    public async Task<Answer> ListAsync(HttpContext context, string channel, (InboxFilter Filter, long Before, int Limit) list)
    {
        context.Response.Headers.CacheControl = "private, no-store";
        if (await node.Inboxes.ReadAsync(channel, list.Filter, list.Before, list.Limit) is not { } page)
        {
            return Unavailable(context);
        }

        return page.IsInbox
            ? ApiJson.Answer(json =>
            {
                _json.WriteItems(json, page);
                _json.WriteCount(json, page);
            })
            : NotInbox(channel);
    }

    /// <summary>Counts the items. 304 when the request names the version that it knows (RFC 9110 section 13.1.2).</summary>
    public async Task<Answer> CountAsync(HttpContext context, string channel)
    {
        if (await node.Inboxes.ReadAsync(channel, InboxFilter.Listed, before: 0, limit: 0) is not { } page)
        {
            return Unavailable(context);
        }

        if (!page.IsInbox)
        {
            return NotInbox(channel);
        }

        var tag = $"W/\"{page.Head.Epoch}.{page.Head.Offset}.{page.Revision}\"";
        context.Response.Headers.CacheControl = "private, no-cache";
        context.Response.Headers.ETag = tag;
        var known = context.Request.Headers.IfNoneMatch
            .SelectMany(static value => (value ?? "").Split(',', StringSplitOptions.TrimEntries));
        return known.Contains(tag, StringComparer.Ordinal)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : ApiJson.Answer(json => _json.WriteCount(json, page));
    }

    /// <summary>Marks items.</summary>
    /// <param name="context">The request.</param>
    /// <param name="channel">The inbox.</param>
    /// <param name="body">The object with the marks.</param>
    public async Task<Answer> MarkAsync(HttpContext context, string channel, JsonElement body)
    {
        var reader = new MarkReader();
        var marks = reader.Read(body);
        if (reader.Problem is { } problem)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem, "bad_mark");
        }

        if (await node.Inboxes.MarkAsync(channel, marks) is not { } marked)
        {
            return Unavailable(context);
        }

        return marked.Outcome switch
        {
            InboxMarkOutcome.Marked => ApiJson.Answer(json => InboxJson.WriteMarked(json, marked)),
            InboxMarkOutcome.NotInbox => NotInbox(channel),
            InboxMarkOutcome.StaleEpoch => ApiProblem.Of(
                StatusCodes.Status409Conflict,
                $"The epoch is not the one of the inbox, {marked.Head.Epoch}: its offsets name other notifications. Read the inbox again.",
                "stale_epoch"),
            InboxMarkOutcome.Limit => ApiProblem.Of(
                StatusCodes.Status400BadRequest,
                $"The marks of the inbox would need more than {InboxFormat.MaxBytes} bytes; mark consecutive items.",
                "limit"),
            _ => Unavailable(context),
        };
    }

    private static ProblemHttpResult Unavailable(HttpContext context) =>
        ApiProblem.Unavailable(context, "The inbox does not answer now; ask again in a moment.");

    private static ProblemHttpResult NotInbox(string channel) =>
        ApiProblem.Of(StatusCodes.Status404NotFound, $"{channel} is not an inbox: NOTIFY_INBOX does not match it.", "not_inbox");
}
