using System.Text.Json;
using Notify.Protocol.JavaScript;
using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>The channels that a <c>join</c> or <c>leave</c> names, and the options that follow them.</summary>
internal sealed class ChannelArguments
{
    private ChannelArguments(int count, bool isArray, IReadOnlyList<string>? names, JsonElement? options)
    {
        Count = count;
        IsArray = isArray;
        Names = names;
        Options = options;
    }

    /// <summary>How many channels are named, each as often as it stands there.</summary>
    public int Count { get; }

    /// <summary>Whether they stand in an array.</summary>
    public bool IsArray { get; }

    /// <summary>The names; null when there are more than one connection may join, because then nothing is read but their number.</summary>
    public IReadOnlyList<string>? Names { get; }

    /// <summary>The options, or null when there are none.</summary>
    public JsonElement? Options { get; }

    /// <summary>Reads the arguments of an event.</summary>
    /// <param name="packet">The event.</param>
    /// <param name="most">How many channels one connection may join.</param>
    public static ChannelArguments Read(SocketPacket packet, int most)
    {
        var arguments = packet.GetArguments();
        var options = arguments is [_, { ValueKind: JsonValueKind.Object } given, ..] ? given : (JsonElement?)null;
        if (arguments is not [{ ValueKind: JsonValueKind.Array } array, ..])
        {
            return new ChannelArguments(1, isArray: false, [arguments is [var only, ..] ? JsString.From(only) : "undefined"], options);
        }

        // Each element is a channel of its own: nobody who joins ["x","y"] wants the one room "x,y" that the original made of it.
        var count = array.GetArrayLength();
        return new ChannelArguments(count, isArray: true, count > most ? null : [.. array.EnumerateArray().Select(JsString.From)], options);
    }
}
