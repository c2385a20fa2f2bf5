using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;
using Notify.Protocol.SocketIo;
using Notify.Protocol.Tokens;

namespace Notify.Protocol.JsonWebSocket;

/// <summary>
/// Decodes the messages of a JSON WebSocket client, each of which is one JSON object. Any bytes result in a command or in an error with its
/// reason. Unknown fields are skipped, so that newer clients can send more to older servers.
/// </summary>
public static class JsonWebSocketDecoder
{
    /// <summary>The maximum length of a message, in bytes.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>The maximum nesting of a message, in levels.</summary>
    public const int MaxDepth = 16;

    private const string Types = "expected \"join\", \"leave\", \"mark\", \"ping\" or \"auth\"";
    private const string Example = "expected one object such as {\"type\":\"join\",\"channel\":\"news\"}";

    // Only a field name up to this length is quoted in an error. A longer one is not a typing error.
    private const int MaxQuoted = 40;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Decodes one message.</summary>
    /// <param name="utf8">The message. The decoder keeps no reference to it.</param>
    /// <param name="command">The command, when the message is valid.</param>
    /// <param name="error">The error, when it is not.</param>
    public static bool TryDecode(
        ReadOnlySpan<byte> utf8,
        [NotNullWhen(true)] out JsonWebSocketCommand? command,
        [NotNullWhen(false)] out JsonWebSocketError? error)
    {
        command = null;
        if (!Utf8.IsValid(utf8))
        {
            error = Bad("the message is no UTF-8 text");
            return false;
        }

        try
        {
            var fields = default(Fields);
            var problem = fields.Read(utf8) ?? Interpret(fields, utf8, out command);
            error = problem is null ? null : Bad(problem, fields.Id);
            return problem is null;
        }
        catch (JsonException)
        {
            command = null;
            error = Bad($"the message is no JSON, or is nested deeper than {MaxDepth} levels; {Example}");
            return false;
        }
    }

    private static JsonWebSocketError Bad(string message, ReadOnlyMemory<byte> id = default) =>
        new(JsonWebSocketErrorCodes.BadMessage, message, id);

    private static string? Interpret(in Fields fields, ReadOnlySpan<byte> utf8, out JsonWebSocketCommand? command)
    {
        command = null;
        switch (fields.Type)
        {
            case "join" or "leave" or "mark" when fields.Channel is null:
                return $"the field \"channel\" of \"{fields.Type}\" is missing; expected a string";
            case "join":
                command = new JsonWebSocketCommand.Join(fields.Channel, fields.Since, fields.Token, fields.Id)
                {
                    WantsInbox = fields.WantsInbox,
                    Follow = fields.Follow ?? [],
                };
                return null;
            case "leave":
                command = new JsonWebSocketCommand.Leave(fields.Channel, fields.Id);
                return null;
            case "mark":
                command = new JsonWebSocketCommand.Mark(fields.Channel, LoneSurrogates.Replace(utf8).ToArray(), fields.Id);
                return null;
            case "ping":
                command = new JsonWebSocketCommand.Ping(fields.Id);
                return null;
            case "auth" when fields.Token is null:
                return "the field \"token\" of \"auth\" is missing; expected a string";
            case "auth":
                command = new JsonWebSocketCommand.Auth(fields.Token, fields.Id);
                return null;
            case null:
                return $"the field \"type\" is missing; {Types}";
            default:
                return $"the field \"type\" names no message that a client sends; {Types}";
        }
    }

    private struct Fields
    {
        public string? Type { get; private set; }

        public string? Channel { get; private set; }

        public string? Token { get; private set; }

        public Since? Since { get; private set; }

        public bool WantsInbox { get; private set; }

        public IReadOnlyList<string>? Follow { get; private set; }

        public ReadOnlyMemory<byte> Id { get; private set; }

        /// <summary>Reads a whole message. Returns the first error. Throws when the message is not JSON.</summary>
        public string? Read(ReadOnlySpan<byte> utf8)
        {
            // The replacement has the same length, so that the id can be cut from the original message.
            var reader = new Utf8JsonReader(LoneSurrogates.Replace(utf8), Options);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                reader.Read();
                return $"the message is no JSON object; {Example}";
            }

            string? problem = null;
            var names = new HashSet<string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                var wrong = names.Add(name) ? ReadField(name, ref reader, utf8) : $"{Quote(name)} stands twice";
                problem ??= wrong;
                reader.Skip();
            }

            // Throws if anything follows the object.
            reader.Read();
            return problem;
        }

        private string? ReadField(string name, ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
        {
            switch (name)
            {
                case "type":
                    Type = String(ref reader);
                    return Type is null ? $"the field \"type\" is no string; {Types}" : null;
                case "channel":
                    Channel = String(ref reader);
                    return Channel is null ? "the field \"channel\" is no string" : null;
                case "token":
                    Token = String(ref reader);
                    return Token is null ? "the field \"token\" is no string" : null;
                case "id" when reader.TokenType is JsonTokenType.String or JsonTokenType.Number:
                    Id = utf8[(int)reader.TokenStartIndex..(int)reader.BytesConsumed].ToArray();
                    return null;
                case "id":
                    return "the field \"id\" is neither a string nor a number";
                case "inbox":
                    WantsInbox = reader.TokenType == JsonTokenType.True;
                    return WantsInbox || reader.TokenType == JsonTokenType.False ? null : "the field \"inbox\" is neither true nor false";
                case "follow":
                    Follow = ReadFollow(ref reader);
                    return Follow is null
                        ? $"the field \"follow\" is no list of at most {TokenClaims.MaxFollows} strings"
                        : null;
                case "since":
                    Since = ReadSince(ref reader);
                    return Since is null
                        ? "the field \"since\" is neither \"earliest\" nor an object "
                            + "with the string \"epoch\" and the \"offset\", a whole number from 0"
                        : null;
                default:
                    return null;
            }
        }

        private static string? String(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String ? reader.GetString() : null;

        private static List<string>? ReadFollow(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                return null;
            }

            var (names, isWrong) = (new List<string>(), false);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (String(ref reader) is { } name && names.Count < TokenClaims.MaxFollows)
                {
                    names.Add(name);
                }
                else
                {
                    isWrong = true;
                    reader.Skip();
                }
            }

            return isWrong ? null : names;
        }

        private static Since? ReadSince(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("earliest"u8) ? Since.Earliest.Instance : null;
            }

            string? epoch = null;
            long? offset = null;
            var isWrong = false;
            var names = new HashSet<string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                isWrong |= !names.Add(name);
                if (name == "epoch")
                {
                    epoch = String(ref reader);
                }
                else if (name == "offset" && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number >= 0)
                {
                    offset = number;
                }

                reader.Skip();
            }

            return !isWrong && epoch is not null && offset is { } after ? new Since.After(epoch, after) : null;
        }

        private static string Quote(string name) => name.Length <= MaxQuoted ? $"the field \"{name}\"" : "a field";
    }
}
