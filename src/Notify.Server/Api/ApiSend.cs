using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Notify.Broker.Channels;
using Notify.Protocol.Send;
using Notify.Server.Send;

namespace Notify.Server.Api;

/// <summary>The body of <c>POST /api/notifications</c>.</summary>
/// <param name="Channels">The channels' names, in order.</param>
/// <param name="Notification">The notification's JSON as it was sent.</param>
/// <param name="Key">What the backend names the request by, or null.</param>
internal sealed record ApiSend(IReadOnlyList<string> Channels, byte[] Notification, string? Key)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = SendRequestParser.MaxJsonDepth, AllowDuplicateProperties = false };

    /// <summary>Reads a body. Nothing in it is guessed: a field that is not known is refused, because it would be a wish that is not granted.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="send">What it says.</param>
    /// <param name="problem">What is wrong with it, in a sentence for whoever wrote it.</param>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out ApiSend? send, [NotNullWhen(false)] out string? problem)
    {
        send = null;
        if (!Utf8.IsValid(utf8.Span))
        {
            problem = "The body is not UTF-8.";
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            (send, problem) = Read(document.RootElement);
        }
        catch (JsonException exception)
        {
            problem = $"The body is not JSON that can be read: {exception.Message}";
        }
        catch (InvalidOperationException)
        {
            // The platform cannot read such a name, and so cannot tell whether it stands there twice.
            problem = "A name in the body holds half a character, written as an escape (a lone surrogate).";
        }

        return problem is null;
    }

    private static (ApiSend? Send, string? Problem) Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return Refuse("""The body is not an object like {"channel":"c","notification":{"title":"Hello"}}.""");
        }

        IReadOnlyList<string>? channels = null;
        byte[]? notification = null;
        string? key = null;
        foreach (var field in body.EnumerateObject())
        {
            switch (field.Name)
            {
                case "channel" or "channels" when channels is not null:
                    return Refuse("channel and channels are given; one of them says where to send.");
                case "channel":
                    if (!TryReadName(field.Value, out var name))
                    {
                        return Refuse($"channel is not a string of at most {ChannelName.MaxBytes} bytes of UTF-8.");
                    }

                    channels = [name];
                    break;
                case "channels":
                    if ((channels = ReadNames(field.Value)) is null)
                    {
                        return Refuse($"channels is not an array of at least one string, each of at most {ChannelName.MaxBytes} bytes of UTF-8.");
                    }

                    break;
                case "notification":
                    notification = JsonMarshal.GetRawUtf8Value(field.Value).ToArray();
                    break;
                case "idempotencyKey":
                    if (!TryReadText(field.Value, out key) || !SendKey.IsValid(key))
                    {
                        return Refuse($"idempotencyKey is not a string of 1 to {Broker.Histories.IdempotencyKey.MaxBytes} bytes.");
                    }

                    break;
                default:
                    return Refuse($"{field.Name} is not known; the fields are channel or channels, notification and idempotencyKey.");
            }
        }

        return channels is null ? Refuse("channel is missing, or channels.")
            : notification is null ? Refuse("notification is missing.")
            : (new ApiSend(channels, notification, key), null);
    }

    private static (ApiSend? Send, string? Problem) Refuse(string problem) => (null, problem);

    private static List<string>? ReadNames(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            return null;
        }

        var names = new List<string>();
        foreach (var element in value.EnumerateArray())
        {
            if (!TryReadName(element, out var name))
            {
                return null;
            }

            names.Add(name);
        }

        return names;
    }

    private static bool TryReadName(JsonElement value, out string name)
    {
        name = "";
        return TryReadText(value, out var text) && ChannelName.TryCreate(text, out name);
    }

    private static bool TryReadText(JsonElement value, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // Half a character, written as an escape.
            return false;
        }
    }
}
