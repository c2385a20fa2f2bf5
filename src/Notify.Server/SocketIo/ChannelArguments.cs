using System.Text.Json;
using Notify.Protocol.JavaScript;
using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>Holds the channels in a <c>join</c> or <c>leave</c>, and the options after them.</summary>
internal sealed class ChannelArguments
{
    private ChannelArguments(int count, bool isArray, IReadOnlyList<string>? names, JsonElement? options)
    {
        Count = count;
        IsArray = isArray;
        Names = names;
        Options = options;
    }

    /// <summary>Gets the number of channels, including duplicates.</summary>
    public int Count { get; }

    /// <summary>Gets whether the channels are in an array.</summary>
    public bool IsArray { get; }

    /// <summary>Gets the names; null when there are more than one connection may join, because then only their number is read.</summary>
    public IReadOnlyList<string>? Names { get; }

    /// <summary>Gets the options, or null when there are none.</summary>
    public JsonElement? Options { get; }

    /// <summary>Reads the arguments of an event.</summary>
    /// <param name="packet">The event.</param>
    /// <param name="most">The maximum number of channels of one connection.</param>
    public static ChannelArguments Read(SocketPacket packet, int most)
    {
        var arguments = packet.GetArguments();
        var options = arguments is [_, { ValueKind: JsonValueKind.Object } given, ..] ? given : (JsonElement?)null;
        if (arguments is not [{ ValueKind: JsonValueKind.Array } array, ..])
        {
            return new ChannelArguments(1, isArray: false, [arguments is [var only, ..] ? JsString.From(only) : "undefined"], options);
        }

        // Each element is a channel. No page wants the one room "x,y" to which the original server joins ["x","y"].
        var count = array.GetArrayLength();
        return new ChannelArguments(count, isArray: true, count > most ? null : [.. array.EnumerateArray().Select(JsString.From)], options);
    }
}
