using System.Buffers;
using System.Text.Json;

namespace Notify.Protocol.EngineIo;

/// <summary>Creates the messages of Engine.IO itself, and wraps the application's messages.</summary>
public static class EngineMessages
{
    /// <summary>Gets the message that ends the session: <c>1</c>.</summary>
    public static WireMessage Close { get; } = WireMessage.Text("1"u8.ToArray());

    /// <summary>Gets the ping of a revision 4 server: <c>2</c>.</summary>
    public static WireMessage Ping { get; } = WireMessage.Text("2"u8.ToArray());

    /// <summary>Gets the pong of a revision 3 server: <c>3</c>.</summary>
    public static WireMessage Pong { get; } = WireMessage.Text("3"u8.ToArray());

    /// <summary>Gets the response to the probe of an upgrade: <c>3probe</c>.</summary>
    public static WireMessage PongProbe { get; } = WireMessage.Text("3probe"u8.ToArray());

    /// <summary>Gets the message that completes a waiting poll: <c>6</c>.</summary>
    public static WireMessage Noop { get; } = WireMessage.Text("6"u8.ToArray());

    /// <summary>Creates the handshake: <c>0{"sid":…}</c>.</summary>
    /// <param name="sid">The session's id.</param>
    /// <param name="offerWebSocket">Whether the client may upgrade; false for a session that began as a WebSocket.</param>
    /// <param name="pingIntervalMs">Milliseconds between heartbeats.</param>
    /// <param name="pingTimeoutMs">Milliseconds until the response to a heartbeat must arrive.</param>
    /// <param name="maxPayload">The largest body or frame that the server accepts, in bytes.</param>
    public static WireMessage Open(string sid, bool offerWebSocket, int pingIntervalMs, int pingTimeoutMs, int maxPayload)
    {
        ArgumentNullException.ThrowIfNull(sid);
        var output = new ArrayBufferWriter<byte>(160);
        output.Write("0"u8);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("sid"u8, sid);
            json.WriteStartArray("upgrades"u8);
            if (offerWebSocket)
            {
                json.WriteStringValue("websocket"u8);
            }

            json.WriteEndArray();
            json.WriteNumber("pingInterval"u8, pingIntervalMs);
            json.WriteNumber("pingTimeout"u8, pingTimeoutMs);
            json.WriteNumber("maxPayload"u8, maxPayload);
            json.WriteEndObject();
        }

        return WireMessage.Text(output.WrittenMemory);
    }

    /// <summary>Creates a text message: <c>4</c> and <paramref name="utf8"/>, sent unchanged.</summary>
    public static WireMessage Text(ReadOnlySpan<byte> utf8) => WireMessage.Text(Prefix((byte)'4', utf8));

    /// <summary>
    /// Creates a binary message in the form of <paramref name="revision"/>: revision 3 has a type byte before <paramref name="data"/>.
    /// </summary>
    public static WireMessage Binary(ReadOnlySpan<byte> data, EngineRevision revision) =>
        WireMessage.Binary(revision == EngineRevision.V3 ? Prefix((byte)EnginePacketType.Message, data) : data.ToArray());

    private static byte[] Prefix(byte first, ReadOnlySpan<byte> rest)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(rest.Length + 1);
        bytes[0] = first;
        rest.CopyTo(bytes.AsSpan(1));
        return bytes;
    }
}
