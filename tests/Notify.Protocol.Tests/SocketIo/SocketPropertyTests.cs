using System.Text;
using System.Text.Json;
using CsCheck;
using Notify.Protocol.EngineIo;
using Notify.Protocol.SocketIo;

namespace Notify.Protocol.Tests.SocketIo;

public sealed class SocketPropertyTests
{
    private static readonly Gen<string> Names = Gen.String.Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes($"e{text}")));

    private static readonly Gen<EnginePacket> Likely = Gen.OneOf(
        "2", "5", "6", "0", "3", "1-", "2-", "/n", ",", "7", "[", "]",
        "\"x\"", "{\"_placeholder\":true,\"num\":", "0", "}", "\\ud83d", "\"", "€")
        .Array[0, 14].Select(parts => new EnginePacket(EnginePacketType.Message, Bytes.Of(string.Concat(parts))));

    private static readonly Gen<EnginePacket> Any = Gen.Select(Gen.Byte.Array[0, 60], Gen.Int[0, 6], Gen.Bool)
        .Select((data, type, binary) => new EnginePacket((EnginePacketType)type, data, binary));

    private static readonly Gen<EnginePacket> Valid = Gen.OneOf(
        "0", "1", "2[\"a\",1]", "2/n,3[\"\\ud83d\",{\"a\":[]}]", "31[]", "51-[\"x\",{\"_placeholder\":true,\"num\":0}]", "62-1[]")
        .Select(text => new EnginePacket(EnginePacketType.Message, Bytes.Of(text)));

    private static readonly Gen<EnginePacket> Attachment = Gen.Byte.Array[0, 30]
        .Select(data => new EnginePacket(EnginePacketType.Message, data, IsBinary: true));

    private static readonly Gen<EnginePacket> Damaged = Gen.Select(Valid, Gen.Int[0, 100], Gen.Byte).Select((packet, where, value) =>
    {
        var data = packet.Data.ToArray();
        data[where % data.Length] = value;
        return packet with { Data = data };
    });

    [Fact]
    public void Any_sequence_of_messages_gives_packets_or_named_errors() =>
        Gen.Select(Gen.OneOf(Likely, Any, Valid, Attachment, Damaged).Array[0, 12], Gen.OneOf(SocketRevision.V4, SocketRevision.V5))
            .Sample(
                (messages, revision) =>
                {
                    var decoder = new SocketPacketDecoder(revision, maxAttachmentBytes: 40);
                    foreach (var message in messages)
                    {
                        var error = decoder.Decode(message, out var packet);
                        Assert.True(Enum.IsDefined(error));
                        Assert.True(
                            error == SocketDecodeError.None ? packet is null == decoder.IsWaiting : packet is null && !decoder.IsWaiting);
                        if (packet is not null)
                        {
                            AssertSound(packet);
                        }
                    }
                },
                iter: 20_000);

    [Fact]
    public void An_event_that_is_sent_is_received() =>
        Gen.Select(Names, Gen.String, Gen.Byte.Array[0, 20].Array[0, 10], Gen.Bool).Sample((name, text, attachments, isV3) =>
        {
            var revision = isV3 ? EngineRevision.V3 : EngineRevision.V4;
            var argument = JsonSerializer.SerializeToUtf8Bytes(text);
            var messages = SocketMessages.BinaryEvent(
                "/n", name, [.. attachments.Select(data => (ReadOnlyMemory<byte>)data)], revision, argument);

            var decoder = new SocketPacketDecoder(SocketRevision.V5, int.MaxValue);
            SocketPacket? packet = null;
            foreach (var message in messages)
            {
                Assert.Null(packet);
                var frame = message.IsBinary
                    ? EnginePacketDecoder.DecodeBinary(message.Payload, revision, out var engine)
                    : EnginePacketDecoder.DecodeText(message.Payload, out engine);
                Assert.Equal(EngineDecodeError.None, frame);
                Assert.Equal(SocketDecodeError.None, decoder.Decode(engine, out packet));
            }

            Assert.Equal(name, packet!.EventName);
            Assert.Equal(argument, Assert.Single(packet.GetRawArguments()).ToArray());
            Assert.Equal(attachments, packet.Attachments.Select(data => data.ToArray()));
        });

    private static void AssertSound(SocketPacket packet)
    {
        Assert.Equal(packet.IsEvent, packet.EventName is not null);
        Assert.StartsWith("/", packet.Namespace, StringComparison.Ordinal);
        Assert.True(packet.Attachments.Count <= SocketPacketDecoder.MaxAttachments);
        Assert.True(packet.Attachments.Sum(data => data.Length) <= 40);
        Assert.Equal(packet.GetArguments().Length, packet.GetRawArguments().Length);
        foreach (var argument in packet.GetArguments())
        {
            ReadAll(argument);
        }
    }

    /// <summary>Reads every string, because .NET throws there if a lone surrogate was accepted.</summary>
    private static void ReadAll(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                Assert.NotNull(element.GetString());
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    ReadAll(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    Assert.NotNull(property.Name);
                    ReadAll(property.Value);
                }

                break;
        }
    }
}
