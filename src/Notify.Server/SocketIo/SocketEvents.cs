using System.Buffers;
using System.Text.Json;
using Notify.Protocol;
using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>
/// Encodes what the server itself tells Socket.IO clients. Each of its events ends with an object, because clients that recover their
/// session store a string at the end as their position.
/// </summary>
internal static class SocketEvents
{
    /// <summary>The event that tells a client what it is refused.</summary>
    public const string Refused = "REFUSED";

    /// <summary>Encodes an event with an object.</summary>
    /// <param name="socket">The socket that receives it.</param>
    /// <param name="name">The name of the event.</param>
    /// <param name="fields">Writes the members of the object.</param>
    public static WireMessage Event(SocketIoSocket socket, string name, Action<Utf8JsonWriter> fields) =>
        SocketMessages.Event(socket.Namespace, name, Json(fields));

    /// <summary>Encodes an event with an object for the default namespace.</summary>
    /// <param name="name">The name of the event.</param>
    /// <param name="fields">Writes the members of the object.</param>
    public static WireMessage Event(string name, Action<Utf8JsonWriter> fields) => SocketMessages.Event("/", name, Json(fields));

    /// <summary>Encodes an ack with an object.</summary>
    /// <param name="socket">The socket that receives it.</param>
    /// <param name="id">The id of the ack.</param>
    /// <param name="fields">Writes the members of the object.</param>
    public static WireMessage Ack(SocketIoSocket socket, ulong id, Action<Utf8JsonWriter> fields) =>
        SocketMessages.Ack(socket.Namespace, id, Json(fields));

    private static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> fields)
    {
        var output = new ArrayBufferWriter<byte>(96);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }
}
