using System.Text.Json;
using Notify.Broker.Channels;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;
using Notify.Protocol;
using Notify.Protocol.JavaScript;
using Notify.Protocol.Send;

namespace Notify.Server.Inboxes;

/// <summary>Writes the answers about inboxes as JSON.</summary>
internal static class InboxJson
{
    // What was accepted is not refused here.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = SendRequestParser.MaxJsonDepth + 1 };

    /// <summary>Writes the numbers of items: of all, then of each channel.</summary>
    public static void WriteCount(Utf8JsonWriter json, UserInbox inbox)
    {
        Write(json, inbox.Badge);
        json.WriteStartArray("channels"u8);
        WriteChannel(json, inbox.Page.Channel, inbox.Page.Head, inbox.Page.Revision, inbox.Own);
        foreach (var (follow, head) in inbox.Follows)
        {
            WriteChannel(json, head.Name, head.Head, head.Revision, follow.Count(head));
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the number of unread items of each category.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="categories">The numbers; null when they are not asked for.</param>
    public static void WriteCategories(Utf8JsonWriter json, IReadOnlyDictionary<string, int>? categories)
    {
        if (categories is null)
        {
            return;
        }

        json.WriteStartObject("categories"u8);
        foreach (var (category, unread) in categories)
        {
            json.WriteNumber(category, unread);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the numbers of all items, announcements included; nothing without an inbox.</summary>
    public static void WriteBadge(Utf8JsonWriter json, UserInbox? inbox)
    {
        if (inbox is not null)
        {
            json.WriteStartObject("badge"u8);
            Write(json, inbox.Badge);
            json.WriteEndObject();
        }
    }

    /// <summary>Writes a page of items, newest first.</summary>
    public static void WriteItems(
        Utf8JsonWriter json, UserInbox inbox, IReadOnlyList<Notification> items, InboxCursor? next, Func<ItemAddress, string>? links)
    {
        var states = items.Select(static item => item.Channel).Distinct(StringComparer.Ordinal)
            .ToDictionary(static channel => channel, inbox.StateOf, StringComparer.Ordinal);
        json.WriteStartArray("items"u8);
        foreach (var item in items)
        {
            json.WriteStartObject();
            WriteMembers(json, item, states[item.Channel]);
            WriteLink(json, inbox, item, links);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("next"u8, next?.ToString());
    }

    /// <summary>Writes one item.</summary>
    public static void WriteItem(Utf8JsonWriter json, UserInbox inbox, Notification item, Func<ItemAddress, string>? links)
    {
        WriteMembers(json, item, inbox.StateOf(item.Channel));
        WriteLink(json, inbox, item, links);
    }

    /// <summary>Writes the numbers of items of many users.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="users">The users.</param>
    /// <param name="inboxes">Their inboxes.</param>
    public static void WriteCounts(Utf8JsonWriter json, IReadOnlyList<string> users, IReadOnlyList<UserInbox> inboxes)
    {
        json.WriteStartArray("counts"u8);
        for (var i = 0; i < users.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("user"u8, users[i]);
            Write(json, inboxes[i].Badge);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Returns the member <c>url</c> of a notification; null when it has none.</summary>
    public static string? UrlOf(Notification item)
    {
        try
        {
            using var document = JsonDocument.Parse(item.Payload, Deep);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("url", out var url)
                && url.ValueKind == JsonValueKind.String
                    ? JsString.From(url)
                    : null;
        }
        catch (InvalidOperationException)
        {
            // The name of a member contains the escape of a lone surrogate.
            return null;
        }
    }

    /// <summary>Writes the answer to marks that are stored.</summary>
    public static void WriteMarked(Utf8JsonWriter json, InboxMarked marked)
    {
        WriteVersion(json, marked.Channel, marked.Head, marked.Revision);
        Write(json, marked.Counts);
        json.WriteNumber("changed"u8, marked.Changed);
    }

    /// <summary>Writes how many items were removed from each inbox.</summary>
    public static void WriteRecalled(Utf8JsonWriter json, IEnumerable<InboxMarked> marked)
    {
        json.WriteStartArray("results"u8);
        foreach (var each in marked)
        {
            json.WriteStartObject();
            json.WriteString("channel"u8, each.Channel);
            json.WriteNumber("recalled"u8, each.Changed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes what a client is told of an inbox.</summary>
    public static void WriteNews(Utf8JsonWriter json, InboxNews news)
    {
        WriteVersion(json, news.Channel, news.Head, news.Revision);
        json.WriteNumber("floor"u8, news.State.Floor);
        Write(json, news.Counts);
        if (!news.AreMarksNew)
        {
            return;
        }

        json.WriteStartObject("state"u8);
        Write(json, "seen"u8, news.State.Seen);
        Write(json, "read"u8, news.State.Read);
        Write(json, "archived"u8, news.State.Archived);
        Write(json, "clicked"u8, news.State.Clicked);
        Write(json, "gone"u8, news.State.Gone);
        json.WriteEndObject();
        AnnouncementJson.WriteFollows(json, news.State.Follows);
    }

    /// <summary>Writes offsets, flat, because the list is told often: from, to, from, to.</summary>
    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, RangeSet set)
    {
        json.WriteStartArray(name);
        foreach (var range in set)
        {
            json.WriteNumberValue(range.From);
            json.WriteNumberValue(range.To);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the version of a list. A channel that nobody has published to has no epoch that lasts.</summary>
    public static void WriteVersion(Utf8JsonWriter json, string channel, Position head, long revision, bool hasEpoch = true)
    {
        json.WriteString("channel"u8, channel);
        json.WriteString("epoch"u8, hasEpoch ? head.Epoch : null);
        json.WriteNumber("offset"u8, head.Offset);
        json.WriteNumber("rev"u8, revision);
    }

    /// <summary>Writes numbers of items.</summary>
    public static void Write(Utf8JsonWriter json, InboxCounts counts)
    {
        json.WriteNumber("unread"u8, counts.Unread);
        json.WriteNumber("unseen"u8, counts.Unseen);
        json.WriteNumber("total"u8, counts.Total);
        json.WriteNumber("archived"u8, counts.Archived);
    }

    private static void WriteChannel(Utf8JsonWriter json, string channel, Position head, long revision, InboxCounts counts)
    {
        json.WriteStartObject();
        WriteVersion(json, channel, head, revision, hasEpoch: (head.Offset, revision) != (0, 0));
        json.WriteNumber("unread"u8, counts.Unread);
        json.WriteNumber("unseen"u8, counts.Unseen);
        json.WriteEndObject();
    }

    // Only for an item that leads somewhere.
    private static void WriteLink(Utf8JsonWriter json, UserInbox inbox, Notification item, Func<ItemAddress, string>? links)
    {
        if (links is not null && RedirectTarget.OfItem(UrlOf(item)) is not null)
        {
            var address = new ItemAddress(item.Channel, item.Position.Epoch, item.Offset).Within(inbox.Page.Channel);
            json.WriteString("goUrl"u8, links(address));
        }
    }

    private static void WriteMembers(Utf8JsonWriter json, Notification item, InboxState state)
    {
        json.WriteString("channel"u8, item.Channel);
        json.WriteString("epoch"u8, item.Position.Epoch);
        json.WriteNumber("offset"u8, item.Offset);
        json.WriteString("id"u8, item.Id.ToString());
        json.WriteTime("at"u8, DateTimeOffset.FromUnixTimeMilliseconds(item.At));
        json.WritePropertyName("data"u8);
        json.WriteRawValue(item.Payload.Span, skipInputValidation: true);
        if (!item.Meta.IsEmpty)
        {
            json.WritePropertyName("meta"u8);
            json.WriteRawValue(item.Meta.Span, skipInputValidation: true);
        }

        json.WriteBoolean("seen"u8, state.Seen.Contains(item.Offset));
        json.WriteBoolean("read"u8, state.Read.Contains(item.Offset));
        json.WriteBoolean("archived"u8, state.Archived.Contains(item.Offset));
        json.WriteBoolean("clicked"u8, state.Clicked.Contains(item.Offset));
    }
}
