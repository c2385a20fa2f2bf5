using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker.Channels;
using Notify.Broker.Messages;
using Notify.Broker.Queries;
using Notify.Broker.Sending;
using Notify.Server.JsonWebSocket;

namespace Notify.Server.Api;

/// <summary>Writes the responses of the API as JSON.</summary>
internal static class ApiJson
{
    // Names stay readable. The text is never embedded in HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Results(IReadOnlyList<SendResult> results) => Write(json =>
    {
        json.WriteStartArray("results"u8);
        foreach (var result in results)
        {
            json.WriteStartObject();
            json.WriteString("channel"u8, result.Channel);
            json.WriteString("id"u8, result.Id.ToString());
            Write(json, result.Position);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>
    /// Writes a page of channels. <paramref name="next"/> is the name after which the next page starts, or null at the end.
    /// </summary>
    public static ReadOnlyMemory<byte> Channels(IReadOnlyList<ChannelInfo> channels, string? next) => Write(json =>
    {
        json.WriteStartArray("channels"u8);
        foreach (var channel in channels)
        {
            json.WriteStartObject();
            Write(json, channel);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("next"u8, next);
    });

    public static ReadOnlyMemory<byte> Channel(ChannelInfo channel) => Write(json => Write(json, channel));

    /// <summary>Writes a page of history. The notifications have the form of JSON WebSocket messages.</summary>
    public static ReadOnlyMemory<byte> History(FetchedHistory history) => Write(json =>
    {
        var notifications = history.Notifications ?? [];
        json.WriteString("channel"u8, history.Channel);
        Write(json, history.From);
        json.WriteBoolean("recovered"u8, history.Notifications is not null);
        json.WriteBoolean("more"u8, history.From.Offset + notifications.Count < history.Head.Offset);
        json.WriteStartArray("notifications"u8);
        foreach (var notification in notifications)
        {
            json.WriteRawValue(JsonWebSocketFormat.Instance.Encode(notification).Payload.Span, skipInputValidation: true);
        }

        json.WriteEndArray();
    });

    /// <summary>Creates a response with the given members.</summary>
    public static FileContentHttpResult Answer(Action<Utf8JsonWriter> fields) =>
        TypedResults.Bytes(Write(fields), "application/json; charset=utf-8");

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> fields)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, ChannelInfo channel)
    {
        json.WriteString("channel"u8, channel.Channel);
        Write(json, channel.Head);
        json.WriteNumber("subscribers"u8, channel.Subscribers);
        json.WriteNumber("nodes"u8, channel.Nodes);
    }

    private static void Write(Utf8JsonWriter json, Position? position)
    {
        if (position is { } known)
        {
            json.WriteString("epoch"u8, known.Epoch);
            json.WriteNumber("offset"u8, known.Offset);
        }
        else
        {
            json.WriteNull("epoch"u8);
            json.WriteNull("offset"u8);
        }
    }
}
