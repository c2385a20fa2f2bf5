using System.Text.Json;
using Notify.Broker.Channels;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;
using Notify.Protocol;

namespace Notify.Server.Inboxes;

/// <summary>Writes the answers about inboxes as JSON.</summary>
/// <param name="size">The number of items of an inbox.</param>
internal sealed class InboxJson(int size)
{
    /// <summary>Writes the numbers of items.</summary>
    public void WriteCount(Utf8JsonWriter json, InboxPage page)
    {
        var counts = StateOf(page).Count(page.Head.Offset);
        Write(json, counts);
        json.WriteStartArray("channels"u8);
        json.WriteStartObject();
        WriteVersion(json, page.Channel, page.Head, page.Revision);
        json.WriteNumber("unread"u8, counts.Unread);
        json.WriteNumber("unseen"u8, counts.Unseen);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>Writes a page of items, newest first.</summary>
    public void WriteItems(Utf8JsonWriter json, InboxPage page)
    {
        var state = StateOf(page);
        json.WriteStartArray("items"u8);
        foreach (var item in page.Items)
        {
            Write(json, item, state);
        }

        json.WriteEndArray();
        json.WriteString("next"u8, page.Next is { } before ? InboxCursor.Of(before) : null);
    }

    /// <summary>Writes the answer to marks that are stored.</summary>
    public static void WriteMarked(Utf8JsonWriter json, InboxMarked marked)
    {
        WriteVersion(json, marked.Channel, marked.Head, marked.Revision);
        Write(json, marked.Counts);
        json.WriteNumber("changed"u8, marked.Changed);
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
    }

    // Flat, because the list is told often: from, to, from, to.
    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, RangeSet set)
    {
        json.WriteStartArray(name);
        foreach (var range in set)
        {
            json.WriteNumberValue(range.From);
            json.WriteNumberValue(range.To);
        }

        json.WriteEndArray();
    }

    private static void WriteVersion(Utf8JsonWriter json, string channel, Position head, long revision)
    {
        json.WriteString("channel"u8, channel);
        json.WriteString("epoch"u8, head.Epoch);
        json.WriteNumber("offset"u8, head.Offset);
        json.WriteNumber("rev"u8, revision);
    }

    private static void Write(Utf8JsonWriter json, InboxCounts counts)
    {
        json.WriteNumber("unread"u8, counts.Unread);
        json.WriteNumber("unseen"u8, counts.Unseen);
        json.WriteNumber("total"u8, counts.Total);
        json.WriteNumber("archived"u8, counts.Archived);
    }

    private static void Write(Utf8JsonWriter json, Notification item, InboxState state)
    {
        json.WriteStartObject();
        json.WriteString("channel"u8, item.Channel);
        json.WriteString("epoch"u8, item.Position.Epoch);
        json.WriteNumber("offset"u8, item.Offset);
        json.WriteString("id"u8, item.Id.ToString());
        json.WriteTime("at"u8, DateTimeOffset.FromUnixTimeMilliseconds(item.At));
        json.WritePropertyName("data"u8);
        json.WriteRawValue(item.Payload.Span, skipInputValidation: true);
        json.WriteBoolean("seen"u8, state.Seen.Contains(item.Offset));
        json.WriteBoolean("read"u8, state.Read.Contains(item.Offset));
        json.WriteBoolean("archived"u8, state.Archived.Contains(item.Offset));
        json.WriteBoolean("clicked"u8, state.Clicked.Contains(item.Offset));
        json.WriteEndObject();
    }

    private InboxState StateOf(InboxPage page) => InboxFormat.Decode(page.State.Span, page.Revision, size);
}
