using System.Runtime.InteropServices;
using System.Text.Json;

namespace Notify.Protocol.SocketIo;

/// <summary>Represents a received Socket.IO packet, complete with its attachments. It owns all of its data.</summary>
/// <param name="Type">The packet type as on the wire. Binary events keep their own type.</param>
/// <param name="Namespace">The namespace, <c>/</c> by default.</param>
/// <param name="AckId">The id of an event that requests an ack, or of the ack itself.</param>
/// <param name="Data">The JSON payload; for events and acks an array.</param>
/// <param name="Attachments">The binary data for each <c>{"_placeholder":true,"num":i}</c> in <paramref name="Data"/>.</param>
public sealed record SocketPacket(
    SocketPacketType Type,
    string Namespace,
    ulong? AckId,
    JsonElement? Data,
    IReadOnlyList<ReadOnlyMemory<byte>> Attachments)
{
    /// <summary>Gets the query after the namespace of a revision 4 client, without its question mark.</summary>
    public string? Query { get; init; }

    /// <summary>Gets whether this is an event, with or without attachments.</summary>
    public bool IsEvent => Type is SocketPacketType.Event or SocketPacketType.BinaryEvent;

    /// <summary>Gets whether this is an ack, with or without attachments.</summary>
    public bool IsAck => Type is SocketPacketType.Ack or SocketPacketType.BinaryAck;

    /// <summary>Gets the event's name (a number as it is written); null when this is not an event.</summary>
    public string? EventName { get; } = Type is SocketPacketType.Event or SocketPacketType.BinaryEvent ? NameIn(Data) : null;

    /// <summary>
    /// Returns the arguments of an event, after its name, or of an ack; empty for other types. Each call creates a new array.
    /// </summary>
    public JsonElement[] GetArguments()
    {
        if (Data is not { ValueKind: JsonValueKind.Array } data || !(IsEvent || IsAck))
        {
            return [];
        }

        var skip = IsEvent ? 1 : 0;
        var arguments = new JsonElement[Math.Max(data.GetArrayLength() - skip, 0)];
        var position = -skip;
        foreach (var element in data.EnumerateArray())
        {
            if (position >= 0)
            {
                arguments[position] = element;
            }

            position++;
        }

        return arguments;
    }

    /// <summary>Returns the same arguments as their original UTF-8 JSON, ready to be sent again.</summary>
    public ReadOnlyMemory<byte>[] GetRawArguments() =>
        Array.ConvertAll(GetArguments(), argument => (ReadOnlyMemory<byte>)JsonMarshal.GetRawUtf8Value(argument).ToArray());

    private static string? NameIn(JsonElement? data)
    {
        if (data is not { ValueKind: JsonValueKind.Array } array || array.GetArrayLength() == 0)
        {
            return null;
        }

        var name = array[0];
        return name.ValueKind switch
        {
            JsonValueKind.String => name.GetString(),
            JsonValueKind.Number => name.GetRawText(),
            _ => null,
        };
    }
}
