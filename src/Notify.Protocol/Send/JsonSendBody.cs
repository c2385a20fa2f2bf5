using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Notify.Protocol.JavaScript;

namespace Notify.Protocol.Send;

/// <summary>
/// Parses a JSON body in one pass without building a tree. It validates the whole text and records only the places of both parameters (the
/// last one wins, as in JavaScript). The notification is passed on as its original bytes.
/// </summary>
internal static class JsonSendBody
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = SendRequestParser.MaxJsonDepth };

    /// <summary>Parses <paramref name="utf8"/>, which must be valid UTF-8 and not empty.</summary>
    public static SendParse Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            var channel = default(Value);
            var notification = default(Value);
            if (!TryFind(utf8.Span, ref channel, ref notification))
            {
                return SendParse.BadRequest;
            }

            if (!channel.IsTruthy(utf8.Span) || !notification.IsTruthy(utf8.Span))
            {
                return SendParse.Missing;
            }

            var names = Channels(utf8.Span.Slice(channel.Start, channel.Length));
            return SendParse.Of(names, utf8.Slice(notification.Start, notification.Length));
        }
        catch (JsonException)
        {
            return SendParse.BadRequest;
        }
    }

    private static bool TryFind(ReadOnlySpan<byte> utf8, ref Value channel, ref Value notification)
    {
        var reader = new Utf8JsonReader(utf8, Options);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            reader.Skip();
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isChannel = IsNamed(ref reader, "channel"u8);
                var isNotification = !isChannel && IsNamed(ref reader, "notification"u8);
                var value = Value.Read(ref reader);
                if (isChannel)
                {
                    channel = value;
                }
                else if (isNotification)
                {
                    notification = value;
                }
            }
        }
        else
        {
            return false;
        }

        // Throws if anything but white space follows the value.
        return !reader.Read();
    }

    // The reader's own comparison throws on lone surrogate escapes.
    private static bool IsNamed(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.ValueIsEscaped
        ? JsonStringText.Decode(reader.ValueSpan) == Encoding.UTF8.GetString(name)
        : reader.ValueSpan.SequenceEqual(name);

    private static string[] Channels(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return [JsString.From(ref reader)];
        }

        var names = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            names.Add(JsString.From(ref reader));
        }

        return [.. names];
    }

    /// <summary>
    /// Locates a value in the body, with the type of its first token; <see cref="JsonTokenType.None"/> when it is missing.
    /// </summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Value(int Start, int Length, JsonTokenType Type)
    {
        public static Value Read(ref Utf8JsonReader reader)
        {
            reader.Read();
            var type = reader.TokenType;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            return new Value(start, (int)reader.BytesConsumed - start, type);
        }

        public bool IsTruthy(ReadOnlySpan<byte> body) => Type switch
        {
            JsonTokenType.String => Length > 2,
            JsonTokenType.Number => JsTruth.IsTruthyNumber(body.Slice(Start, Length)),
            JsonTokenType.True or JsonTokenType.StartArray or JsonTokenType.StartObject => true,
            _ => false,
        };
    }
}
