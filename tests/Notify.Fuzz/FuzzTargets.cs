using System.Buffers.Text;
using System.Globalization;
using System.Runtime.Serialization;
using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Protocol.EngineIo;
using Notify.Protocol.Events;
using Notify.Protocol.JsonWebSocket;
using Notify.Protocol.Send;
using Notify.Protocol.SocketIo;
using Notify.Protocol.Tokens;
using Notify.Server.Access;
using Notify.Server.Api;
using Notify.Server.Options;
using Notify.Server.Send;
using Notify.Server.SocketIo;
using Notify.Server.WebSockets;

namespace Notify.Fuzz;

/// <summary>Defines all decoders of received data.</summary>
internal static class FuzzTargets
{
    private const int MaxMessage = 1_000_000;
    private const int MaxBody = 100 * 1024;
    private const int MaxHeader = 32 * 1024;
    private const int MaxSetting = 4096;

    private static readonly string[] Json =
    [
        "[", "]", "{", "}", ",", ":", "\"", "\\", "\"a\":", "1", "true", "null", "\\u0041", "\\ud83d", "\\ude00", "\\ud83d\\ude00",
        "\u00e9", "\U0001F600", "[]", "{}", "1.5e-300", " ", "\n",
    ];

    private static readonly string[] Packets =
    [
        .. Json, "42", "2", "3", "0", "51-", "6", "4", "/", "/ns,", "[\"join\",", "[\"leave\",", "{\"_placeholder\":true,\"num\":0}",
        "{\"since\":", "\"earliest\"", "{\"epoch\":\"e\",\"offset\":1}",
    ];

    private static readonly string[] Manifests =
    [
        "P", "PD", "PR", "J", "L", "R", "JD", "D", "H", "G", "T", "B", "X", "XL", "XJ", "XT", "M", "MR", "C", "CD", "F", "FD", "S", "LC",
        "LD", "K", "KT", "KM", "ZZ",
    ];

    private static readonly BrokerSerializer Serializer = new(null!);

    /// <summary>Gets the targets, by the kind of data.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new(
            "engine3-payload",
            MaxMessage,
            [
                "0:", "1:4", "6:4hello", "b4", "AAAA", "=", "\u00e9", "\u00c3\u00a9", "\U0001F600", "\0\u0001", "\u0001\u0002", ":", "9",
            ],
            DecodePayload3),
        new(
            "engine4-payload",
            MaxMessage,
            [
                "\u001e", "4a", "bAAAA", "b", "2", "3", "6", "\u00e9",
            ],
            body => Decode(body, EngineRevision.V4, PayloadFraming.Text)),
        new(
            "engine-packet",
            MaxMessage,
            [
                "0", "1", "2probe", "3", "4", "5", "6", "b4", "b", "AAAA", "*", "=", "-_", "\u00e9",
            ],
            DecodePacket),
        new(
            "jsonp-form",
            MaxMessage,
            [
                "d=", "&", "%", "%41", "%5Cn", "+", "\\", "\\n", "\\\\n", "d",
            ],
            form => PayloadDecoder.UnwrapJsonp(form, out _).ToString()),
        new("socket-packet", MaxMessage, Packets, DecodeSocketPackets),
        new("join-options", MaxMessage, [.. Packets, "\"a\":\"earliest\",", "\"a\",", "{\"since\":{\"a\":{"], DecodeJoin),
        new(
            "recovery-string",
            MaxMessage,
            [
                "0:", "1:", "2:", "e", ":", "1:e:5:c", "\\ud800", "{\"pid\":\"", "\",\"offset\":\"", "\"}", .. Json,
            ],
            DecodeRecovery),
        new(
            "plain-message",
            JsonWebSocketDecoder.MaxBytes,
            [
                .. Json, "\"type\":", "\"join\"", "\"leave\"", "\"channel\":", "\"id\":", "\"since\":", "\"token\":", "\"earliest\"",
                "\"epoch\":", "\"offset\":",
            ],
            DecodePlain),
        new("event-positions", MaxHeader, ["AAAAAAAA", ":", ",", "e:1", "-_", "\u00e9"], DecodePositions),
        new(
            "form-body",
            MaxBody,
            [
                "channel", "notification", "[", "]", "[]", "[0]", "[99]", "[1001]", "[a]", "[__proto__]", "=", "&", "&notification",
                "&channel", "%5B", "%5d", "%ff", "%41", "%f0%9f%98%80", "+", "\u0001", "\"",
            ],
            DecodeForm),
        new(
            "multipart-body",
            MaxBody,
            [
                "--x", "--x--", "\r\n", "\r\n\r\n", "--x\r\nContent-Disposition: form-data; name=\"", "channel", "notification", "[]",
                "[a]", "\"", "filename=", "filename*=UTF-8''", "Content-Type: text/plain", ";", ":", "\u00e9",
            ],
            DecodeMultipart),
        new(
            "json-body",
            MaxBody,
            [
                .. Json, "{\"channel\":", "\"notification\":", "\"channel\":[", "1e400", "123456789012345678901234567e-300",
            ],
            DecodeJson),
        new(
            "content-type",
            MaxHeader,
            [
                "application/json", "application/x-www-form-urlencoded", ";", "charset=", "\"", "\\", "utf-8", "utf-16", "UTF-16_LE",
                ":2003", " ", "=",
            ],
            DecodeContentType),
        new("api-body", MaxBody, [.. Json, "{\"channel\":", "\"channels\":[", "\"notification\":", "\"idempotencyKey\":"], DecodeApi),
        new("websocket-frames", MaxMessage, ["\u0001\0", "\0\0", "\t", "~", "\u007f", "\u0001\u0001\u0001\u0001"], DecodeFrames),
        new("broker-message", MaxBody, ["\u0001", "\0", "\u007f", "\0\0\0\0", "\u0001\0\0\0", "channel", "\u0005epoch"], DecodeBroker),
        new(
            "token",
            TokenShape.MaxLength * 2,
            [
                .. Json, ".", "=", "-_", "\"alg\":\"HS256\"", "\"kid\":", "\"typ\":", "\"crit\":", "\"exp\":", "\"session_exp\":",
                "\"nbf\":", "\"iat\":", "\"sub\":", "\"sid\":", "\"channels\":[", "\"aud\":", "\"iss\":", "1e400", "*",
            ],
            DecodeToken),
        new(
            "key-set",
            KeySetSource.MaxBytes,
            [
                .. Json, "{\"keys\":[", "\"kty\":", "\"RSA\"", "\"EC\"", "\"oct\"", "\"OKP\"", "\"crv\":\"P-256\"", "\"x\":", "\"y\":",
                "\"n\":", "\"e\":\"AQAB\"", "\"kid\":", "\"use\":\"sig\"", "\"key_ops\":[\"verify\"]", "AAAA",
            ],
            DecodeKeySet),
        new(
            "settings",
            MaxSetting,
            [
                "ms", "s", "m", "h", "d", "kb", "MB", "gb", "*", ",", "http://", "https://", "a.example", ":", "80", "[::1]", "xn--",
                "\u00fc", "/", "@", "?", "=", ";", "postgres:", "sqlite:", "Password", "'", "\"",
            ],
            DecodeSettings),
    ];

    private static string Text(byte[] input) => Encoding.UTF8.GetString(input);

    private static string Decode(ReadOnlyMemory<byte> body, EngineRevision revision, PayloadFraming framing)
    {
        var packets = new List<EnginePacket>();
        var error = PayloadDecoder.Decode(body, revision, framing, packets);
        var last = packets.Count > 0 ? packets[^1].Type.ToString() : "";
        return string.Create(CultureInfo.InvariantCulture, $"{framing} {error} {Math.Min(packets.Count, 3)} {last}");
    }

    private static string DecodePayload3(byte[] body) =>
        Decode(body, EngineRevision.V3, PayloadFraming.Text) + " " + Decode(body, EngineRevision.V3, PayloadFraming.Binary);

    private static string DecodePacket(byte[] frame)
    {
        var text = EnginePacketDecoder.DecodeText(frame, EngineRevision.V3, out var packet);
        EnginePacketDecoder.DecodeText(frame, EngineRevision.V4, out _);
        var binary = EnginePacketDecoder.DecodeBinary(frame, EngineRevision.V3, out var other);
        EnginePacketDecoder.DecodeBinary(frame, EngineRevision.V4, out _);
        return $"{text} {packet.Type} {packet.IsBinary} {binary} {other.Type}";
    }

    private static string DecodeSocketPackets(byte[] input)
    {
        var kinds = new List<string>();
        foreach (var revision in Enum.GetValues<SocketRevision>())
        {
            var decoder = new SocketPacketDecoder(revision, MaxMessage);
            var error = decoder.Decode(new EnginePacket(EnginePacketType.Message, input), out var packet);
            for (var i = 0; decoder.IsWaiting; i++)
            {
                error = decoder.Decode(new EnginePacket(EnginePacketType.Message, input, IsBinary: true), out packet);
            }

            packet?.GetRawArguments();
            kinds.Add($"{error} {packet?.Type} {packet?.EventName is "join"} {packet?.AckId is not null} {packet?.Query is not null}");
        }

        return string.Join(' ', kinds);
    }

    private static string DecodeJoin(byte[] input)
    {
        byte[] text = [.. "2[\"join\","u8, .. input, (byte)']'];
        var message = new EnginePacket(EnginePacketType.Message, text);
        var error = new SocketPacketDecoder(SocketRevision.V5, MaxMessage).Decode(message, out var packet);
        if (packet is not { EventName: "join" })
        {
            return error.ToString();
        }

        var join = ChannelArguments.Read(packet, most: 10_000);
        if (join.Names is not { } names)
        {
            return "limit";
        }

        var options = JoinOptions.Read(join.Options, names, join.IsArray);
        var kinds = new HashSet<string>(StringComparer.Ordinal) { join.IsArray ? "array" : "one" };
        foreach (var name in names)
        {
            var isReadable = options.TryFind(name, out var since);
            var isName = ChannelName.TryCreate(name, out var channel);
            kinds.Add($"{isName} {SocketIds.IsSocketId(channel)} {isReadable} {since?.GetType().Name}");
        }

        return string.Join(',', kinds.Order(StringComparer.Ordinal));
    }

    private static string DecodeRecovery(byte[] input)
    {
        var last = LastReceived.Parse(Text(input));
        byte[] text = [(byte)'0', .. input];
        new SocketPacketDecoder(SocketRevision.V5, MaxMessage).Decode(new EnginePacket(EnginePacketType.Message, text), out var packet);
        var claim = RecoveryClaim.Read(packet?.Data);
        return $"{last.GetType().Name} {packet?.Type} {claim.Last.GetType().Name} {claim.PrivateId is not null}";
    }

    private static string DecodePlain(byte[] input) => JsonWebSocketDecoder.TryDecode(input, out var command, out var error)
        ? $"{command.GetType().Name} {command.Id.IsEmpty} {(command as JsonWebSocketCommand.Join)?.Since?.GetType().Name}"
        : error.Message.Split('"')[0];

    private static string DecodePositions(byte[] input)
    {
        var channels = Enumerable.Range(0, 32).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        var positions = new PositionVector(channels);
        positions.Read(Text(input));
        return channels.Count(channel => positions.Find(channel) is not null).ToString(CultureInfo.InvariantCulture);
    }

    private static string DecodeForm(byte[] input) => Kind(SendRequestParser.Parse("application/x-www-form-urlencoded", input));

    // In memory, the reader never waits.
    private static string DecodeMultipart(byte[] input)
    {
        var form = MultipartForm.ReadAsync("x", input).GetAwaiter().GetResult();
        return form.Status == SendParseStatus.Parsed ? Kind(SendRequestParser.Parse(form.Fields)) : form.Status.ToString();
    }

    private static string DecodeJson(byte[] input)
    {
        SendRequestParser.Parse("application/json; charset=utf-16", input);
        return Kind(SendRequestParser.Parse("application/json", input));
    }

    private static string Kind(SendParse parse) => parse.Request is { } request
        ? $"{Math.Min(request.Channels.Count, 3)} {(char)request.Notification.Span[0]}"
        : parse.Status.ToString();

    private static string DecodeContentType(byte[] input)
    {
        // Headers may be read as bytes or as text.
        SendContentType.Parse(Encoding.Latin1.GetString(input));
        return SendContentType.Parse(Text(input)).ToString();
    }

    private static string DecodeApi(byte[] input) => ApiSend.TryParse(input, DateTimeOffset.UnixEpoch, out var send, out var problem)
        ? $"{Math.Min(send.Channels.Count, 3)} {send.Key is not null}"
        : problem.Contains("is not known", StringComparison.Ordinal) ? "unknown" : problem[..12];

    private static string DecodeFrames(byte[] input)
    {
        var meter = default(FrameMeter);
        for (var at = 0; at < input.Length; at += 4096)
        {
            if (!meter.TryRead(input.AsSpan(at, Math.Min(4096, input.Length - at)), now: 0))
            {
                return "flood";
            }
        }

        return "frames";
    }

    // The first byte selects the message.
    private static string DecodeBroker(byte[] input)
    {
        var manifest = Manifests[input.Length == 0 ? 0 : input[0] % Manifests.Length];
        try
        {
            return Serializer.FromBinary(input.Length == 0 ? input : input[1..], manifest).GetType().Name;
        }
        catch (SerializationException exception)
        {
            return $"{manifest} {exception.InnerException?.GetType().Name}";
        }
    }

    // As it is, and with its parts encoded, so that mutations reach the JSON.
    private static string DecodeToken(byte[] input)
    {
        var text = Text(input);
        var plain = TokenShape.Read(text, new TokenRules());
        var parts = text.Split('.', 2);
        var token = string.Join('.', parts.Select(static part => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part)))) + ".AAAA";
        var encoded = TokenShape.Read(token, new TokenRules());
        if (encoded.Claims is { } claims)
        {
            TokenTimes.Check(claims, new TokenRules(), DateTimeOffset.UnixEpoch.AddYears(57), out _);
            claims.Channels.Contains("user:42");
        }

        return $"{plain.Failure} {encoded.Failure} {string.Concat(encoded.Detail.Where(static c => !char.IsAsciiDigit(c)))}";
    }

    private static string DecodeKeySet(byte[] input)
    {
        var reading = KeySetParser.Parse(input);
        return $"{Math.Min(reading.Keys.Count, 3)} {Math.Min(reading.Notes.Count, 3)} {reading.Error}";
    }

    private static string DecodeSettings(byte[] input)
    {
        var text = Text(input);
        StoreText.Redact(text);
        return $"{DurationText.TryParse(text, out _)} {SizeText.TryParse(text, out _)} {Origins.TryParse(text, out _)}";
    }
}
