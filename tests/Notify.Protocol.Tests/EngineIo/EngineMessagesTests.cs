using Notify.Protocol.EngineIo;

namespace Notify.Protocol.Tests.EngineIo;

public sealed class EngineMessagesTests
{
    [Fact]
    public void Constant_messages_are_their_packets()
    {
        Assert.Equal("1", EngineMessages.Close.Payload.Text());
        Assert.Equal("2", EngineMessages.Ping.Payload.Text());
        Assert.Equal("3", EngineMessages.Pong.Payload.Text());
        Assert.Equal("3probe", EngineMessages.PongProbe.Payload.Text());
        Assert.Equal("6", EngineMessages.Noop.Payload.Text());
        Assert.Same(EngineMessages.Ping, EngineMessages.Ping);
    }

    [Theory]
    [InlineData(
        true,
        """0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}""")]
    [InlineData(false, """0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}""")]
    public void The_handshake_has_exactly_five_keys(bool offerWebSocket, string expected) =>
        Assert.Equal(expected, EngineMessages.Open("lv_VI97HAXpY6yYWAAAC", offerWebSocket, 25000, 20000, 1000000).Payload.Text());

    [Fact]
    public void Application_text_follows_the_type_digit()
    {
        var message = EngineMessages.Text("héllo"u8);
        Assert.Equal("4héllo", message.Payload.Text());
        Assert.False(message.IsBinary);
        Assert.Equal("4héllo", message.AsciiPayload.Text());
    }

    [Theory]
    [InlineData(EngineRevision.V3, "0401ff")]
    [InlineData(EngineRevision.V4, "01ff")]
    public void Application_bytes_follow_a_type_byte_in_revision_3(EngineRevision revision, string expected)
    {
        var message = EngineMessages.Binary([1, 255], revision);
        Assert.Equal(expected, message.Payload.HexText());
        Assert.True(message.IsBinary);
    }

    [Theory]
    [InlineData(EngineErrorCode.TransportUnknown, 400, """{"code":0,"message":"Transport unknown"}""")]
    [InlineData(EngineErrorCode.SessionUnknown, 400, """{"code":1,"message":"Session ID unknown"}""")]
    [InlineData(EngineErrorCode.BadHandshakeMethod, 400, """{"code":2,"message":"Bad handshake method"}""")]
    [InlineData(EngineErrorCode.BadRequest, 400, """{"code":3,"message":"Bad request"}""")]
    [InlineData(EngineErrorCode.Forbidden, 403, """{"code":4,"message":"Forbidden"}""")]
    [InlineData(EngineErrorCode.UnsupportedProtocolVersion, 400, """{"code":5,"message":"Unsupported protocol version"}""")]
    [InlineData(EngineErrorCode.TooManyConnections, 503, """{"code":6,"message":"Too many connections"}""")]
    public void Errors_have_the_bodies_and_statuses_of_the_reference(EngineErrorCode code, int status, string body)
    {
        Assert.Equal(status, code.Status());
        Assert.Equal(body, code.Json().Text());
        Assert.Contains(code.Message(), body, StringComparison.Ordinal);
    }
}
