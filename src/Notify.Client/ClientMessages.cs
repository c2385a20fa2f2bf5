using System.Buffers;
using System.Text.Json;

namespace Notify.Client;

/// <summary>Writes the messages of a listener.</summary>
internal static class ClientMessages
{
    /// <summary>The id of a request with a new token. Joins have texts as ids: their channels.</summary>
    public const int AuthId = 1;

    /// <summary>Gets a heartbeat.</summary>
    public static ReadOnlyMemory<byte> Ping { get; } = """{"type":"ping"}"""u8.ToArray();

    /// <summary>Writes a join.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="position">The position to continue from; null to begin without one.</param>
    /// <param name="start">Where to begin without a position.</param>
    public static ReadOnlyMemory<byte> Join(string channel, NotifyPosition? position, NotifyStart start) => Write(json =>
    {
        json.WriteString("type"u8, "join"u8);
        json.WriteString("channel"u8, channel);
        if (position is not null)
        {
            json.WriteStartObject("since"u8);
            json.WriteString("epoch"u8, position.Epoch);
            json.WriteNumber("offset"u8, position.Offset);
            json.WriteEndObject();
        }
        else if (start == NotifyStart.Earliest)
        {
            json.WriteString("since"u8, "earliest"u8);
        }

        // The answer names the channel by this id where it names it by nothing else.
        json.WriteString("id"u8, channel);
    });

    /// <summary>Writes a new token.</summary>
    public static ReadOnlyMemory<byte> Auth(string token) => Write(json =>
    {
        json.WriteString("type"u8, "auth"u8);
        json.WriteString("token"u8, token);
        json.WriteNumber("id"u8, AuthId);
    });

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> members)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }
}
