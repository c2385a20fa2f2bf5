using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.History;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;
using Notify.Protocol.Tokens;
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
    /// <summary>Sends the browser to another page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="location">The address, which must be known to be safe.</param>
    public static StatusCodeHttpResult SeeOther(HttpContext context, string location)
    {
        context.Response.Headers.Location = location;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>Reads one item, archived or not.</summary>
    /// <param name="context">The request.</param>
    /// <param name="channel">The inbox.</param>
    /// <param name="address">The item.</param>
    /// <param name="links">Makes the links of items, for backends; null without them.</param>
    public async Task<Answer> ItemAsync(
        HttpContext context, string channel, ItemAddress address, Func<ItemAddress, string>? links = null)
    {
        context.Response.Headers.CacheControl = "private, no-store";
        return await Reader.FindAsync(channel, address) is not var (inbox, item) ? Unavailable(context)
            : !inbox.Page.IsInbox ? NotInbox(channel)
            : item is null ? NoItem()
            : ApiJson.Answer(json => InboxJson.WriteItem(json, inbox, item, links));
    }

    /// <summary>Sends the browser to the address of an item, its member <c>url</c>, and marks the item as clicked.</summary>
    /// <param name="context">The request.</param>
    /// <param name="channel">The inbox.</param>
    /// <param name="address">The item.</param>
    /// <param name="isFollowed">Whether a user follows the link, so that the item is marked.</param>
    public async Task<Answer> GoAsync(HttpContext context, string channel, ItemAddress address, bool isFollowed)
    {
        if (await Reader.FindAsync(channel, address) is not var (inbox, item))
        {
            return Unavailable(context);
        }

        if (item is null || RedirectTarget.OfItem(InboxJson.UrlOf(item)) is not { } url)
        {
            return inbox.Page.IsInbox ? NoItem() : NotInbox(channel);
        }

        // Without an answer the user goes on, too: the page is more important than the mark.
        if (isFollowed)
        {
            var clicked = RangeSet.Of(address.Offset, address.Offset);
            await node.Inboxes.MarkAsync(
                channel,
                [new InboxMarkRequest(InboxMarkKind.Clicked, address.Epoch, clicked, [], IsAll: false) { Of = address.Of }]);
        }

        return SeeOther(context, url);
    }

    /// <summary>Counts the items of many users.</summary>
    /// <param name="context">The request.</param>
    /// <param name="users">The users.</param>
    /// <param name="follows">The announcements among them.</param>
    public async Task<Answer> CountAsync(HttpContext context, IReadOnlyList<string> users, FollowChoice follows) =>
        await Reader.CountAsync([.. users.Select(static user => ChannelPattern.UserPrefix + user)], follows) is not { } inboxes
            ? Unavailable(context)
            : inboxes.FirstOrDefault(static inbox => !inbox.Page.IsInbox) is { } other
                ? NotInbox(other.Page.Channel)
                : ApiJson.Answer(json => InboxJson.WriteCounts(json, users, inboxes));

    /// <summary>Lists items.</summary>
    /// <param name="context">The request.</param>
    /// <param name="channel">The inbox.</param>
    /// <param name="list">Which items.</param>
    /// <param name="follows">The announcements among them.</param>
    /// <param name="links">Makes the links of items, for backends; null without them.</param>
    public async Task<Answer> ListAsync(
        HttpContext context, string channel, InboxList list, FollowChoice follows, Func<ItemAddress, string>? links = null)
    {
        context.Response.Headers.CacheControl = "private, no-store";
        if (await Reader.ListAsync(channel, list, follows) is not var (inbox, items, next))
        {
            return Unavailable(context);
        }

        return inbox.Page.IsInbox
            ? ApiJson.Answer(json =>
            {
                InboxJson.WriteItems(json, inbox, items, next, links);
                InboxJson.WriteCount(json, inbox);
            })
            : NotInbox(channel);
    }

    /// <summary>Counts the items. 304 when the request names the version that it knows (RFC 9110 section 13.1.2).</summary>
    /// <param name="context">The request.</param>
    /// <param name="channel">The inbox.</param>
    /// <param name="follows">The announcements among them.</param>
    /// <param name="byCategory">Whether the unread items of each category are counted, too.</param>
    public async Task<Answer> CountAsync(HttpContext context, string channel, FollowChoice follows, bool byCategory)
    {
        if (await Reader.CountAsync(channel, follows) is not { } inbox)
        {
            return Unavailable(context);
        }

        if (!inbox.Page.IsInbox)
        {
            return NotInbox(channel);
        }

        var tag = $"W/\"{inbox.Version}\"";
        context.Response.Headers.CacheControl = "private, no-cache";
        context.Response.Headers.ETag = tag;
        var known = context.Request.Headers.IfNoneMatch
            .SelectMany(static value => (value ?? "").Split(',', StringSplitOptions.TrimEntries));
        if (known.Contains(tag, StringComparer.Ordinal))
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        var categories = byCategory ? await Reader.CountCategoriesAsync(channel, follows) : null;
        return byCategory && categories is null ? Unavailable(context) : ApiJson.Answer(json =>
        {
            InboxJson.WriteCount(json, inbox);
            InboxJson.WriteCategories(json, categories);
        });
    }

    /// <summary>Marks items.</summary>
    /// <param name="context">The request.</param>
    /// <param name="channel">The inbox.</param>
    /// <param name="body">The object with the marks.</param>
    /// <param name="mayMark">Returns whether who asks may mark the items of an announcement channel.</param>
    /// <param name="follows">The announcements that the number on the bell includes.</param>
    public async Task<Answer> MarkAsync(
        HttpContext context, string channel, JsonElement body, Func<string, bool> mayMark, FollowChoice follows)
    {
        var reader = new MarkReader { TakesAnnouncements = true };
        var marks = reader.Read(body);
        if (reader.Problem is { } problem)
        {
            node.Inboxes.CountRefused(MarkAnswer.BadMark);
            return ApiProblem.Of(StatusCodes.Status400BadRequest, problem, MarkAnswer.BadMark);
        }

        if (marks.Select(static mark => mark.Of).FirstOrDefault(of => of is not null && !mayMark(of)) is { } other)
        {
            return ApiProblem.Of(
                StatusCodes.Status403Forbidden, $"\"{other}\" is not an announcement channel of this user.", JoinErrors.Forbidden);
        }

        var answer = MarkAnswer.Of(channel, await node.Inboxes.MarkAsync(channel, marks));
        return answer.Error switch
        {
            null => await MarkedAsync(answer.Marked!, follows),
            JoinErrors.Unavailable => Unavailable(context),
            JoinErrors.NotInbox => NotInbox(answer.Channel),
            MarkAnswer.StaleEpoch => StaleEpoch(answer.Marked!),
            _ => ApiProblem.Of(StatusCodes.Status400BadRequest, answer.Message, answer.Error),
        };
    }

    // The node starts after this object.
    private UserInboxReader Reader => new(node.Inboxes, options.Channels.InboxSize);

    /// <summary>Removes items from several inboxes, and overwrites their content.</summary>
    /// <param name="context">The request.</param>
    /// <param name="channels">The inboxes.</param>
    /// <param name="mark">Which items.</param>
    public async Task<Answer> RecallAsync(HttpContext context, IReadOnlyList<string> channels, InboxMarkRequest mark)
    {
        if (channels.FirstOrDefault(channel => options.Channels.KindOf(channel) == ChannelKind.Plain) is { } plain)
        {
            return NotInbox(plain);
        }

        var marked = await Task.WhenAll(channels.Select(channel => node.Inboxes.MarkAsync(channel, [mark])));
        if (marked.FirstOrDefault(static each => each is { Outcome: InboxMarkOutcome.StaleEpoch }) is { } stale)
        {
            return StaleEpoch(stale);
        }

        return marked.All(static each => each is { Outcome: InboxMarkOutcome.Marked })
            ? ApiJson.Answer(json => InboxJson.WriteRecalled(json, marked!))
            : Unavailable(context);
    }

    /// <summary>Erases an inbox.</summary>
    public async Task<Answer> EraseAsync(HttpContext context, string channel) => await node.Inboxes.EraseAsync(channel) switch
    {
        null => Unavailable(context),
        { IsInbox: false } => NotInbox(channel),
        _ => ApiJson.Answer(json => json.WriteString("channel"u8, channel)),
    };

    // The marks are stored, so an answer without the other numbers is better than none.
    private async Task<Answer> MarkedAsync(InboxMarked marked, FollowChoice follows)
    {
        UserInbox? inbox = null;
        try
        {
            inbox = await Reader.CountAsync(marked.Channel, follows);
        }
        catch (HistoryStoreException)
        {
            // The store logs the cause.
        }

        return ApiJson.Answer(json =>
        {
            InboxJson.WriteMarked(json, marked);
            InboxJson.WriteBadge(json, inbox);
        });
    }

    private static ProblemHttpResult StaleEpoch(InboxMarked marked) => ApiProblem.Of(
        StatusCodes.Status409Conflict, MarkAnswer.Of(marked.Channel, marked).Message, MarkAnswer.StaleEpoch, marked);

    private static ProblemHttpResult NoItem() => ApiProblem.Of(
        StatusCodes.Status404NotFound, "The inbox does not have this item, or it has no address to go to.", "gone");

    private static ProblemHttpResult Unavailable(HttpContext context) =>
        ApiProblem.Unavailable(context, MarkAnswer.Refused("", JoinErrors.Unavailable).Message);

    private static ProblemHttpResult NotInbox(string channel) =>
        ApiProblem.Of(
            StatusCodes.Status404NotFound, MarkAnswer.Refused(channel, JoinErrors.NotInbox).Message, JoinErrors.NotInbox);
}
