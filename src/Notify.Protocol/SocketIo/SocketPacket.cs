using System.Runtime.InteropServices;
using System.Text.Json;

namespace Notify.Protocol.SocketIo;

/// <summary>One Socket.IO packet as received, complete with its attachments. Owns all it refers to.</summary>
/// <param name="Type">What it is, as on the wire: binary events keep their own type.</param>
/// <param name="Namespace">The namespace, <c>/</c> by default.</param>
/// <param name="AckId">The id of an event that wants an answer, or of the answer.</param>
/// <param name="Data">The JSON payload; for events and acks an array.</param>
/// <param name="Attachments">The bytes that stand for <c>{"_placeholder":true,"num":i}</c> in <paramref name="Data"/>.</param>
public sealed record SocketPacket(
    SocketPacketType Type,
    string Namespace,
    ulong? AckId,
    JsonElement? Data,
    IReadOnlyList<ReadOnlyMemory<byte>> Attachments)
{
    /// <summary>The query a revision 4 client put behind the namespace, without its question mark.</summary>
    public string? Query { get; init; }

    /// <summary>Whether this is an event, with or without attachments.</summary>
    public bool IsEvent => Type is SocketPacketType.Event or SocketPacketType.BinaryEvent;

    /// <summary>Whether this is an ack, with or without attachments.</summary>
    public bool IsAck => Type is SocketPacketType.Ack or SocketPacketType.BinaryAck;

    /// <summary>The event's name (a number as it is written), null where this is no event.</summary>
    public string? EventName { get; } = Type is SocketPacketType.Event or SocketPacketType.BinaryEvent ? NameIn(Data) : null;

    /// <summary>The arguments of an event, after its name, or of an ack; empty for other types. Made anew by every call.</summary>
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

    /// <summary>The same arguments as the UTF-8 JSON they were written in, ready to be sent again.</summary>
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
