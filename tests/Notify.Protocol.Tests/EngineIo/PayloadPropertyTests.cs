using System.Text;
using CsCheck;
using Notify.Protocol.EngineIo;

namespace Notify.Protocol.Tests.EngineIo;

public sealed class PayloadPropertyTests
{
    private static readonly Gen<EngineRevision> Revisions = Gen.OneOf(EngineRevision.V3, EngineRevision.V4);
    private static readonly Gen<PayloadFraming> Framings = Gen.OneOf(PayloadFraming.Text, PayloadFraming.Binary);

    /// <summary>Generates well-formed text without the separator, which revision 4 cannot carry raw.</summary>
    private static readonly Gen<string> Texts = Gen.String.Select(text =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\u001e', ' '));

    private static readonly Gen<(bool IsBinary, byte[] Data)[]> Contents = Gen.OneOf(
        Texts.Select(text => (false, Encoding.UTF8.GetBytes(text))),
        Gen.Byte.Array[0, 40].Select(data => (true, data))).Array[1, 8];

    /// <summary>Generates bytes that resemble payloads.</summary>
    private static readonly Gen<byte[]> Likely = Gen.OneOf(
        "4", "2", "b4", "b", "AQID", ":", "1:", "2:4a", "10:", "\u001e", "4hé€👍", "\0", "\u0001", "\u0004", "=", "%5Cn", "d=", "&", "9")
        .Array[0, 12].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)));

    [Fact]
    public void Any_body_gives_packets_or_an_error_and_nothing_larger_than_itself() =>
        Gen.Select(Gen.OneOf(Gen.Byte.Array[0, 200], Likely), Revisions, Framings).Sample(AssertConsistent, iter: 20_000);

    [Fact]
    public void A_damaged_payload_gives_packets_or_an_error() =>
        Gen.Select(Contents, Revisions, Framings, Gen.Int[0, 1000], Gen.Byte).Sample((contents, revision, framing, where, value) =>
        {
            var payload = Bytes.Encode(revision, framing, Messages(contents, revision)).ToArray();
            payload[where % payload.Length] = value;
            AssertConsistent(payload, revision, framing);
            AssertConsistent(payload[..(where % payload.Length)], revision, framing);
        });

    [Fact]
    public void What_is_encoded_decodes_to_the_same_packets() =>
        Gen.Select(Contents, Revisions, Framings).Sample((contents, revision, framing) =>
        {
            var body = Bytes.Encode(revision, framing, Messages(contents, revision));
            framing = revision == EngineRevision.V4 ? PayloadFraming.Text : framing;
            Assert.Equal(EngineDecodeError.None, Bytes.Decode(body, revision, framing, out var packets));
            Assert.Equal(contents.Length, packets.Count);
            for (var i = 0; i < contents.Length; i++)
            {
                Assert.Equal(EnginePacketType.Message, packets[i].Type);
                Assert.Equal(contents[i].IsBinary, packets[i].IsBinary);

                // In revision 3, text that a 1.x client could have double-encoded is decoded as such.
                var expected = revision == EngineRevision.V3 && framing == PayloadFraming.Text && !contents[i].IsBinary
                    ? Utf8Text.UndoDoubleEncoding(contents[i].Data).ToArray()
                    : contents[i].Data;
                Assert.Equal(expected, packets[i].Data.ToArray());
            }
        });

    [Fact]
    public void Text_of_clients_1_x_survives() =>
        Texts.Sample(text =>
        {
            var wide = Bytes.AsLatin1("4" + text);
            Assert.Equal(
                EngineDecodeError.None,
                Bytes.Decode(Bytes.Of($"{wide.Length}:{wide}"), EngineRevision.V3, PayloadFraming.Text, out var packets));
            Assert.Equal(text, packets[0].Data.Text());
        });

    [Fact]
    public void Any_frame_gives_a_packet_or_an_error() =>
        Gen.Select(Gen.OneOf(Gen.Byte.Array, Likely), Revisions).Sample((frame, revision) =>
        {
            var error = EnginePacketDecoder.DecodeText(frame, revision, out var packet);
            Assert.Equal(error == EngineDecodeError.None, packet != default || frame is [(byte)'0']);
            AssertSound(packet, frame.Length);
            error = EnginePacketDecoder.DecodeBinary(frame, revision, out packet);
            Assert.True(error == EngineDecodeError.None || packet == default);
            AssertSound(packet, frame.Length);
        }, iter: 10_000);

    [Fact]
    public void Any_form_gives_a_payload_no_longer_than_itself() =>
        Gen.OneOf(Gen.Byte.Array, Likely).Sample(form =>
        {
            var error = PayloadDecoder.UnwrapJsonp(form, out var payload);
            Assert.True(payload.Length <= form.Length);
            Assert.True(error == EngineDecodeError.None || payload.IsEmpty);
        }, iter: 10_000);

    [Fact]
    public void Any_base64_text_decodes_as_its_known_characters_do() =>
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            var clean = Convert.ToBase64String(bytes);
            var noisy = string.Concat(clean.TrimEnd('=').Select(character => $"{character}%")).Replace('+', '-').Replace('/', '_');
            Assert.Equal(bytes, LenientBase64.Decode(Bytes.Of(clean).Span).ToArray());
            Assert.Equal(bytes, LenientBase64.Decode(Bytes.Of(noisy).Span).ToArray());
        });

    [Fact]
    public void Measuring_text_agrees_with_UTF16() =>
        Gen.Select(Texts, Gen.Int[0, 60]).Sample((text, units) =>
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            var whole = units <= text.Length && !(units > 0 && units < text.Length && char.IsLowSurrogate(text[units]));
            Assert.Equal(whole, Utf8Text.TryMeasure(utf8, units, out var bytes));
            if (whole)
            {
                Assert.Equal(text[..units], Encoding.UTF8.GetString(utf8, 0, bytes));
            }
        });

    private static void AssertConsistent(byte[] body, EngineRevision revision, PayloadFraming framing)
    {
        var error = Bytes.Decode(body, revision, framing, out var packets);
        Assert.True(Enum.IsDefined(error));
        Assert.True(packets.Count <= body.Length);
        Assert.True(packets.Sum(packet => (long)packet.Data.Length) <= 3L * body.Length);
        Assert.All(packets, packet => AssertSound(packet, 3 * body.Length));
    }

    private static void AssertSound(EnginePacket packet, int limit)
    {
        Assert.True(Enum.IsDefined(packet.Type));
        Assert.True(packet.Data.Length <= limit);
        Assert.True(packet.IsBinary ? packet.Type == EnginePacketType.Message : System.Text.Unicode.Utf8.IsValid(packet.Data.Span));
    }

    private static WireMessage[] Messages((bool IsBinary, byte[] Data)[] contents, EngineRevision revision) =>
        [.. contents.Select(content =>
            content.IsBinary ? EngineMessages.Binary(content.Data, revision) : EngineMessages.Text(content.Data))];
}
