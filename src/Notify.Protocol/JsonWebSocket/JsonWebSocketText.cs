using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Notify.Protocol.JsonWebSocket;

/// <summary>Writes the JSON that the JSON WebSocket and the event stream have in common.</summary>
internal static class JsonWebSocketText
{
    // The text is never embedded in HTML, so only the characters that JSON requires are escaped.
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void WriteNotification(
        IBufferWriter<byte> output,
        string channel,
        string epoch,
        long offset,
        string id,
        DateTimeOffset at,
        ReadOnlySpan<byte> data,
        ReadOnlySpan<byte> meta,
        bool isGone = false)
    {
        using var json = Begin(output, "notification");
        json.WriteString("channel"u8, channel);
        json.WriteString("epoch"u8, epoch);
        json.WriteNumber("offset"u8, offset);
        json.WriteString("id"u8, id);
        json.WriteTime("at"u8, at);
        json.WritePropertyName("data"u8);
        json.WriteRawValue(data, skipInputValidation: true);
        if (!meta.IsEmpty)
        {
            json.WritePropertyName("meta"u8);
            json.WriteRawValue(meta, skipInputValidation: true);
        }

        if (isGone)
        {
            json.WriteBoolean("gone"u8, true);
        }

        json.WriteEndObject();
    }

    public static void WriteJoined(
        IBufferWriter<byte> output,
        string channel,
        string epoch,
        long offset,
        bool recovered,
        ReadOnlyMemory<byte> id,
        string? wouldRefuse = null)
    {
        using var json = Begin(output, "joined");
        json.WriteString("channel"u8, channel);
        json.WriteString("epoch"u8, epoch);
        json.WriteNumber("offset"u8, offset);
        json.WriteBoolean("recovered"u8, recovered);
        if (wouldRefuse is not null)
        {
            json.WriteString("wouldRefuse"u8, wouldRefuse);
        }

        End(json, id);
    }

    /// <summary>Begins a message with its type. Disposing the writer flushes it.</summary>
    public static Utf8JsonWriter Begin(IBufferWriter<byte> output, string type)
    {
        var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        return json;
    }

    /// <summary>Ends a message with the client's id for the request, if there is one.</summary>
    public static void End(Utf8JsonWriter json, ReadOnlyMemory<byte> id)
    {
        if (!id.IsEmpty)
        {
            json.WritePropertyName("id"u8);
            json.WriteRawValue(id.Span, skipInputValidation: true);
        }

        json.WriteEndObject();
    }
}
