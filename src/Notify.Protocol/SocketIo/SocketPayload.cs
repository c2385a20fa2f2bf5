using System.Text.Json;

namespace Notify.Protocol.SocketIo;

/// <summary>Parses the JSON of a packet and validates it against the packet's type.</summary>
internal static class SocketPayload
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = SocketPacketDecoder.MaxDepth };

    /// <summary>Parses <paramref name="json"/>, which is UTF-8, into a separate element; null when there is no JSON.</summary>
    public static SocketDecodeError Read(ReadOnlySpan<byte> json, out JsonElement? data)
    {
        data = null;
        if (json.IsEmpty)
        {
            return SocketDecodeError.None;
        }

        try
        {
            data = JsonElement.Parse(LoneSurrogates.Replace(json), Options);
            return SocketDecodeError.None;
        }
        catch (JsonException)
        {
            return SocketDecodeError.BadJson;
        }
    }

    /// <summary>Checks whether <paramref name="data"/> matches <paramref name="header"/>.</summary>
    public static SocketDecodeError Check(in SocketHeader header, JsonElement? data, SocketRevision revision)
    {
        switch (header.Type)
        {
            case SocketPacketType.Connect:
                return revision == SocketRevision.V4 || data is null or { ValueKind: JsonValueKind.Object }
                    ? SocketDecodeError.None
                    : SocketDecodeError.BadPayload;
            case SocketPacketType.Disconnect:
                return data is null ? SocketDecodeError.None : SocketDecodeError.BadPayload;
            case SocketPacketType.ConnectError:
                return SocketDecodeError.UnexpectedConnectError;
        }

        if (data is not { ValueKind: JsonValueKind.Array } array)
        {
            return SocketDecodeError.BadPayload;
        }

        if (header.Type is SocketPacketType.Event or SocketPacketType.BinaryEvent)
        {
            var error = CheckName(array);
            if (error != SocketDecodeError.None)
            {
                return error;
            }
        }

        return header.IsBinary && !PlaceholdersFit(array, header.Attachments)
            ? SocketDecodeError.BadPlaceholder
            : SocketDecodeError.None;
    }

    private static SocketDecodeError CheckName(JsonElement array)
    {
        var name = array.GetArrayLength() == 0 ? default : array[0];
        return name.ValueKind switch
        {
            JsonValueKind.Number => SocketDecodeError.None,
            JsonValueKind.String => IsReserved(name) ? SocketDecodeError.ReservedEvent : SocketDecodeError.None,
            _ => SocketDecodeError.BadPayload,
        };
    }

    private static bool IsReserved(JsonElement name) =>
        name.ValueEquals("connect"u8) || name.ValueEquals("connect_error"u8)
        || name.ValueEquals("disconnect"u8) || name.ValueEquals("disconnecting"u8)
        || name.ValueEquals("newListener"u8) || name.ValueEquals("removeListener"u8);

    private static bool PlaceholdersFit(JsonElement element, int attachments)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    if (!PlaceholdersFit(item, attachments))
                    {
                        return false;
                    }
                }

                return true;
            case JsonValueKind.Object when element.TryGetProperty("_placeholder"u8, out var mark) && mark.ValueKind == JsonValueKind.True:
                return element.TryGetProperty("num"u8, out var number)
                    && number.ValueKind == JsonValueKind.Number
                    && number.TryGetInt32(out var index)
                    && index >= 0 && index < attachments;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    if (!PlaceholdersFit(property.Value, attachments))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return true;
        }
    }
}
