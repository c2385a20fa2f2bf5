using System.Globalization;
using System.Text;
using Notify.Protocol.EngineIo;
using Notify.Protocol.Events;
using Notify.Protocol.JsonWebSocket;
using Notify.Protocol.Send;
using Notify.Protocol.SocketIo;

namespace Notify.Protocol.Tests;

/// <summary>
/// Tests that the work is linear in the length of a client's input. Slow inputs are repetitions, so the tests cover every kind of
/// repetition.
/// </summary>
public sealed class LinearTests
{
    private const int MaxMessage = 1_000_000;
    private const int MaxBody = 100 * 1024;

    [Theory]
    [InlineData("0:")]
    [InlineData("1:4")]
    [InlineData("4:b4AA")]
    [InlineData("0")]
    [InlineData("1:\u00e9")]
    [InlineData("4\u001e")]
    [InlineData("bAA\u001e")]
    [InlineData("\0\u0001")]
    public void Payloads(string part) => Growth.AssertLinear(MaxMessage, size => Repeat("", part, "", size), body =>
    {
        foreach (var revision in Enum.GetValues<EngineRevision>())
        {
            foreach (var framing in Enum.GetValues<PayloadFraming>())
            {
                PayloadDecoder.Decode(body, revision, framing, []);
            }
        }
    });

    [Theory]
    [InlineData("\u00e9")]
    [InlineData("a\u00e9")]
    [InlineData("\u00c3\u00a9")]
    [InlineData("\ud83d\ude00")]
    public void Packets_of_many_characters(string part) => Growth.AssertLinear(
        MaxMessage,
        size =>
        {
            var text = string.Concat(Enumerable.Repeat(part, size / 4));
            return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{1 + text.Length}:4{text}"));
        },
        static body => PayloadDecoder.Decode(body, EngineRevision.V3, PayloadFraming.Text, []));

    [Theory]
    [InlineData("A*")]
    [InlineData("=")]
    [InlineData("AAAA")]
    public void Base64(string part) => Growth.AssertLinear(
        MaxMessage, size => Repeat("b4", part, "", size), static body => EnginePacketDecoder.DecodeText(body, out _));

    [Theory]
    [InlineData("d=", "\\")]
    [InlineData("d=", "\\\\n")]
    [InlineData("d=", "%4")]
    [InlineData("d=", "%41")]
    [InlineData("d=", "+")]
    [InlineData("", "&")]
    [InlineData("", "d&")]
    public void Jsonp_forms(string head, string part) => Growth.AssertLinear(
        MaxMessage, size => Repeat(head, part, "", size), static body => PayloadDecoder.UnwrapJsonp(body, out _));

    [Theory]
    [InlineData("2[\"a\",", "1,", "1]")]
    [InlineData("2[\"a\",", "[", "")]
    [InlineData("2[\"a\",", "{\"a\":1},", "1]")]
    [InlineData("2[\"a\",\"", "\\ud800", "\"]")]
    [InlineData("2[\"a\",\"", "\\\\", "\"]")]
    [InlineData("51-[\"a\",", "{\"a\":1},", "1]")]
    [InlineData("51-[\"a\",{", "\"a\":1,", "\"b\":1}]")]
    [InlineData("51-[\"a\",{", "\"\\u0061bcdefghijkl\":{},", "\"b\":1}]")]
    [InlineData("51-[\"a\",", "{\"_placeholder\":true,\"num\":0},", "1]")]
    [InlineData("2", "1", "[\"a\"]")]
    [InlineData("5", "1", "-[\"a\"]")]
    [InlineData("0/", "?", ",")]
    public void Socket_packets(string head, string part, string tail) => Growth.AssertLinear(
        MaxMessage,
        size => Repeat(head, part, tail, size),
        static body =>
        {
            var message = new EnginePacket(EnginePacketType.Message, body);
            new SocketPacketDecoder(SocketRevision.V4, MaxMessage).Decode(message, out _);
        });

    [Theory]
    [InlineData("0:", "1")]
    [InlineData("1:e:1:", ":")]
    [InlineData("1:", "e")]
    public void Recovery_strings(string head, string part) => Growth.AssertLinear(
        MaxMessage, size => head + string.Concat(Enumerable.Repeat(part, size / part.Length)), static text => LastReceived.Parse(text));

    [Theory]
    [InlineData("{", "\"a{0}\":1,", "\"b\":1}")]
    [InlineData("{\"since\":{", "\"a{0}\":1,", "\"b\":1}}")]
    [InlineData("{\"type\":\"", "\\u0061", "\"}")]
    [InlineData("{\"id\":", "1", "}")]
    public void Plain_messages(string head, string part, string tail) => Growth.AssertLinear(
        JsonWebSocketDecoder.MaxBytes,
        size => Repeat(head, part, tail, size),
        static body => JsonWebSocketDecoder.TryDecode(body, out _, out _));

    [Theory]
    [InlineData(",")]
    [InlineData(":")]
    [InlineData("AAAAAAAA:e:1,")]
    public void Positions_of_streams(string part) => Growth.AssertLinear(
        MaxBody,
        size => string.Concat(Enumerable.Repeat(part, size / part.Length)),
        static text => new PositionVector(Enumerable.Range(0, 32).Select(i => i.ToString(CultureInfo.InvariantCulture))).Read(text));

    [Theory]
    [InlineData("application/json;", "a=b;")]
    [InlineData("application/json;charset=\"", "\\a")]
    [InlineData("application/json;charset=utf-", "_")]
    public void Content_types(string head, string part) => Growth.AssertLinear(
        MaxBody, size => head + string.Concat(Enumerable.Repeat(part, size / part.Length)), static text => SendContentType.Parse(text));

    [Theory]
    [InlineData("{\"notification\":1,\"channel\":[", "1,", "1]}")]
    [InlineData("{\"notification\":1,\"channel\":[", "[[[[1]]]],", "1]}")]
    [InlineData("{\"notification\":1,\"channel\":[", "123456789012345678901234567e-300,", "1]}")]
    [InlineData("{\"notification\":1,\"channel\":\"", "\\ud800", "\"}")]
    [InlineData("{\"notification\":1,", "\"\\u0061\":1,", "\"channel\":1}")]
    [InlineData("{\"notification\":1,\"channel\":", "1", "}")]
    public void Json_bodies(string head, string part, string tail) => Growth.AssertLinear(
        MaxBody, size => Repeat(head, part, tail, size), static body => SendRequestParser.Parse("application/json", body));

    // The depth grows with the length, up to the limit. A tree that costs as many steps for each token as the token is deep would be
    // quadratic.
    [Fact]
    public void Json_bodies_that_are_deep() => Growth.AssertLinear(
        MaxBody,
        static size =>
        {
            var depth = size * 900 / MaxBody;
            return Repeat("{\"notification\":1,\"channel\":" + new string('[', depth), "1,", "1" + new string(']', depth) + "}", size);
        },
        static body => SendRequestParser.Parse("application/json", body));

    [Theory]
    [InlineData("channel[{0}]=x&")]
    [InlineData("notification[10000{0}]=x&")]
    [InlineData("notification[a{0}]=x&notification=y&")]
    [InlineData("notification[0][0][0][0][0][0][0][0][0][0][0][0][{0}]=x&")]
    [InlineData("notification[a][a][a][a][a][a][a][a][a][a][a][a][{0}]=x&")]
    [InlineData("notification[][k{0}]=x&")]
    [InlineData("notification=x&")]
    public void Forms_of_many_parameters(string part) => Growth.AssertLinear(
        SendRequestParser.MaxFormParameters,
        count =>
        {
            var parts = Enumerable.Range(0, count / part.Count('&')).Select(i => Number(part, count - i));
            return Encoding.UTF8.GetBytes(string.Concat(parts)[..^1]);
        },
        static body => SendRequestParser.Parse("application/x-www-form-urlencoded", body));

    [Theory]
    [InlineData("", "[")]
    [InlineData("", "]")]
    [InlineData("a[", "[]")]
    [InlineData("", "%5b")]
    [InlineData("channel=", "%5")]
    [InlineData("channel=", "%f0%9f%98%80")]
    [InlineData("channel=a&notification=", "\u0001")]
    [InlineData("channel=a&notification=", "\"")]
    public void Forms_of_long_parameters(string head, string part) => Growth.AssertLinear(
        MaxBody, size => Repeat(head, part, "", size), static body => SendRequestParser.Parse("application/x-www-form-urlencoded", body));

    private static string Number(string part, int number) =>
        part.Replace("{0}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static byte[] Repeat(string head, string part, string tail, int size)
    {
        var text = new StringBuilder(head, size);
        for (var i = 0; text.Length < size - tail.Length; i++)
        {
            text.Append(Number(part, i));
        }

        return Encoding.UTF8.GetBytes(text.Append(tail).ToString());
    }
}
