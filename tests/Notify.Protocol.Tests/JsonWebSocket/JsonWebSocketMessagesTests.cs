using System.Text;
using Notify.Protocol.JsonWebSocket;
using Notify.Protocol.WebSockets;

namespace Notify.Protocol.Tests.JsonWebSocket;

public sealed class JsonWebSocketMessagesTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);

    [Fact]
    public void A_welcome_names_the_connection() => Says("""{"type":"welcome","connection":"id"}""", JsonWebSocketMessages.Welcome("id"));

    [Fact]
    public void Joined_says_the_position() => Says(
        """{"type":"joined","channel":"é \"<b>","epoch":"e","offset":7,"recovered":false,"id":"\u0041"}""",
        JsonWebSocketMessages.Joined("é \"<b>", "e", 7, recovered: false, "\"\\u0041\""u8.ToArray()));

    [Fact]
    public void Without_an_id_there_is_none() => Says(
        """{"type":"joined","channel":"c","epoch":"e","offset":7,"recovered":true}""", JsonWebSocketMessages.Joined(
            "c", "e", 7, recovered: true, default));

    [Fact]
    public void A_notification_carries_its_data_as_they_are() => Says(
        "{\"type\":\"notification\",\"channel\":\"c\",\"epoch\":\"e\",\"offset\":8,\"id\":\"n\","
        + "\"at\":\"2023-11-14T22:13:20.123Z\",\"data\":{\"a\" : \"\\u00e9\",\n\"b\":1.0}}",
        JsonWebSocketMessages.Notification("c", "e", 8, "n", At, "{\"a\" : \"\\u00e9\",\n\"b\":1.0}"u8));

    [Fact]
    public void Left_names_the_channel() =>
        Says("""{"type":"left","channel":"c","id":1.50}""", JsonWebSocketMessages.Left("c", "1.50"u8.ToArray()));

    [Fact]
    public void A_pong_has_the_id_of_the_ping() => Says("""{"type":"pong","id":5}""", JsonWebSocketMessages.Pong("5"u8.ToArray()));

    [Fact]
    public void An_error_has_a_code_and_a_sentence() => Says(
        """{"type":"error","code":"forbidden","message":"no \"way\"","id":1}""", JsonWebSocketMessages.Error(
            new JsonWebSocketError("forbidden", "no \"way\"", "1"u8.ToArray())));

    [Fact]
    public void Closing_says_when_to_come_back() => Says(
        """{"type":"closing","code":"draining","reconnectAfterMs":3120}""", JsonWebSocketMessages.Closing(
            "draining", TimeSpan.FromMilliseconds(3120.7)));

    [Fact]
    public void A_keep_alive_is_a_ping_frame() => Assert.Equal([0x89, 0], JsonWebSocketMessages.KeepAlive.WebSocketFrame.ToArray());

    [Fact]
    public void A_close_says_its_code_and_a_word()
    {
        var codes = typeof(JsonWebSocketCloses).GetProperties().Select(property => (WebSocketClose)property.GetValue(null)!).ToDictionary(
            close => close.Reason, close => close.Code);
        Assert.Equal(
            new Dictionary<string, ushort>
            {
                ["going away"] = 4000,
                ["draining"] = 4001,
                ["restart"] = 4002,
                ["unavailable"] = 4007,
                ["slow"] = 4008,
                ["token expired"] = 4009,
                ["limit"] = 4010,
                ["silent"] = 4011,
                ["message not finished"] = 4011,
                ["bad key"] = 4501,
                ["bad token"] = 4502,
                ["disconnected"] = 4504,
                ["protocol error"] = 4503,
            },
            codes);
        Assert.Equal([0x88, 6, 0x0F, 0xA8, .. "slow"u8], JsonWebSocketCloses.Slow.Frame.ToArray());
    }

    private static void Says(string expected, WireMessage message)
    {
        Assert.False(message.IsBinary);
        Assert.Equal(expected, Encoding.UTF8.GetString(message.Payload.Span));
    }
}
