using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using Notify.Broker.Channels;
using Notify.Broker.Sending;
using Notify.Protocol.Send;
using Notify.Server.Options;
using Notify.Server.Send;

namespace Notify.Server.Api;

/// <summary>Represents the body of <c>POST /api/notifications</c>.</summary>
/// <param name="Channels">The channels' names, in order.</param>
/// <param name="Notification">The notification's JSON, unchanged.</param>
/// <param name="Key">The idempotency key, or null.</param>
/// <param name="Fields">What is published beside the notification.</param>
/// <param name="InboxField">The first field that only an inbox can have; null when there is none.</param>
internal sealed record ApiSend(
    IReadOnlyList<string> Channels, byte[] Notification, string? Key, PublishFields Fields, string? InboxField)
{
    private static readonly string[] Known = ["channel", "channels", "notification", "idempotencyKey", .. ApiFields.Names];

    private static readonly JsonReaderOptions Options = new() { MaxDepth = SendRequestParser.MaxJsonDepth };

    /// <summary>
    /// Parses a body. An unknown field is refused, because ignoring it could ignore an option that the backend relies on.
    /// </summary>
    /// <param name="utf8">The body.</param>
    /// <param name="now">The time, from which <c>expiresIn</c> counts.</param>
    /// <param name="send">The parsed body.</param>
    /// <param name="problem">A sentence about the error for the backend's developer.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> utf8,
        DateTimeOffset now,
        [NotNullWhen(true)] out ApiSend? send,
        [NotNullWhen(false)] out string? problem)
    {
        send = null;
        if (!Utf8.IsValid(utf8.Span))
        {
            problem = "The body is not UTF-8.";
            return false;
        }

        try
        {
            problem = FindRepeatedName(utf8.Span) ? "The body is not JSON that can be read: a name stands twice in one object." : null;
            if (problem is null)
            {
                (send, problem) = Read(utf8.Span, new ApiFields(now));
            }
        }
        catch (JsonException exception)
        {
            problem = $"The body is not JSON that can be read: {exception.Message}";
        }
        catch (InvalidOperationException)
        {
            // The platform cannot read such a name, and so cannot detect whether it is repeated.
            problem = "A name in the body holds half a character, written as an escape (a lone surrogate).";
        }

        return problem is null;
    }

    // Reads all of the body, so that later code never finds invalid JSON. It builds no tree, because the platform's tree costs as many
    // steps for each token as the token is deep.
    private static bool FindRepeatedName(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, Options);
        var objects = new Stack<HashSet<string>?>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    objects.Push(null);
                    break;
                case JsonTokenType.EndObject:
                    objects.Pop();
                    break;
                case JsonTokenType.PropertyName:
                    var names = objects.Pop() ?? new HashSet<string>(StringComparer.Ordinal);
                    objects.Push(names);
                    if (!names.Add(reader.GetString()!))
                    {
                        return true;
                    }

                    break;
            }
        }

        return false;
    }

    private static (ApiSend? Send, string? Problem) Read(ReadOnlySpan<byte> utf8, ApiFields fields)
    {
        var reader = new Utf8JsonReader(utf8, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Refuse("""The body is not an object like {"channel":"c","notification":{"title":"Hello"}}.""");
        }

        IReadOnlyList<string>? channels = null;
        byte[]? notification = null;
        string? key = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.GetString()!;
            reader.Read();
            switch (field)
            {
                case "channel" or "channels" when channels is not null:
                    return Refuse("channel and channels are given; one of them says where to send.");
                case "channel":
                    if (!TryReadName(ref reader, out var name))
                    {
                        return Refuse($"channel is not a string of at most {ChannelName.MaxBytes} bytes of UTF-8.");
                    }

                    channels = [name];
                    break;
                case "channels":
                    if ((channels = ReadNames(ref reader)) is null)
                    {
                        return Refuse(
                            $"channels is not an array of at least one string, each of at most {ChannelName.MaxBytes} bytes of UTF-8.");
                    }

                    break;
                case "notification":
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    notification = utf8[start..(int)reader.BytesConsumed].ToArray();
                    break;
                case "idempotencyKey":
                    if (!TryReadText(ref reader, out key) || !SendKey.IsValid(key))
                    {
                        return Refuse($"idempotencyKey is not a string of 1 to {Broker.History.IdempotencyKey.MaxBytes} bytes.");
                    }

                    break;
                default:
                    if (!fields.TryRead(field, ref reader))
                    {
                        var nearest = Known.MinBy(known => EditDistance.Between(known, field));
                        return Refuse($"{field} is not known; the nearest field is {nearest}.");
                    }

                    break;
            }

            if (fields.Problem is { } problem)
            {
                return Refuse(problem);
            }
        }

        var finished = fields.Finish();

        return channels is null ? Refuse("channel is missing, or channels.")
            : notification is null ? Refuse("notification is missing.")
            : fields.Problem is { } last ? Refuse(last)
            : (new ApiSend(channels, notification, key, finished, fields.OfInbox), null);
    }

    private static (ApiSend? Send, string? Problem) Refuse(string problem) => (null, problem);

    private static List<string>? ReadNames(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return null;
        }

        var names = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!TryReadName(ref reader, out var name))
            {
                return null;
            }

            names.Add(name);
        }

        return names.Count == 0 ? null : names;
    }

    private static bool TryReadName(ref Utf8JsonReader reader, out string name)
    {
        name = "";
        return TryReadText(ref reader, out var text) && ChannelName.TryCreate(text, out name);
    }

    private static bool TryReadText(ref Utf8JsonReader reader, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        try
        {
            text = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // The name contains the escape of a lone surrogate.
            return false;
        }
    }
}
