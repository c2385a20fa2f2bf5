using System.Text.Json;
using Notify.Protocol.SocketIo;

namespace Notify.Protocol.Tests.SocketIo;

public sealed class LastReceivedTests
{
    [Theory]
    [InlineData("news")]
    [InlineData("")]
    [InlineData("a:b::c")]
    [InlineData("\"quoted\" \\ \0 \n €😀\u2028")]
    public void What_ends_an_event_is_read_again(string channel)
    {
        var message = SocketMessages.Notification("\"1:x:1:y\""u8, channel, "Ab-_9", long.MaxValue);

        Assert.Equal(new LastReceived.Position(channel, "Ab-_9", long.MaxValue, IsAlone: true), LastReceived.Parse(LastString(message)));
        Assert.Equal(
            new LastReceived.Position(channel, "Ab-_9", long.MaxValue, IsAlone: false),
            LastReceived.Parse(LastString(message.ForMultipleChannels)));
        Assert.Equal(message.Size, message.ForMultipleChannels.Size);
        Assert.Same(message.ForMultipleChannels, message.ForMultipleChannels);
    }

    [Fact]
    public void The_frame_is_the_notification_and_its_position()
    {
        var message = SocketMessages.Notification("{\"a\":\"€\"}"u8, "c 1", "E", 7);

        Assert.Equal("""42["NEW_NOTIFICATION",{"a":"€"},"1:E:7:c 1"]""", message.Payload.Text());
        Assert.Equal("""42["NEW_NOTIFICATION",{"a":"€"},"2:E:7:c 1"]""", message.ForMultipleChannels.Payload.Text());
    }

    [Fact]
    public void A_mark_is_read_again()
    {
        Assert.Equal(new LastReceived.Mark(0), LastReceived.Parse(LastString(PositionMark.Beginning)));
        Assert.Equal(new LastReceived.Mark(1), LastReceived.Parse(LastString(PositionMark.Change)));
    }

    [Fact]
    public void No_string_is_nothing() => Assert.Equal(LastReceived.Nothing.Instance, LastReceived.Parse(null));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1:")]
    [InlineData("1::1:c")]
    [InlineData("1:e:1")]
    [InlineData("1:e::c")]
    [InlineData("1:e:-1:c")]
    [InlineData("1:e:+1:c")]
    [InlineData("1:e: 1:c")]
    [InlineData("1:e:1.0:c")]
    [InlineData("1:e:9223372036854775808:c")]
    [InlineData("1:e e:1:c")]
    [InlineData("1:é:1:c")]
    [InlineData("1:e\0:1:c")]
    [InlineData("3:e:1:c")]
    [InlineData("0:")]
    [InlineData("0:x")]
    [InlineData("0:99999999999")]
    [InlineData("hello there")]
    public void What_no_server_has_given_is_unknown(string text) => Assert.Equal(LastReceived.Unknown.Instance, LastReceived.Parse(text));

    [Fact]
    public void What_is_too_long_is_unknown()
    {
        Assert.IsType<LastReceived.Position>(LastReceived.Parse("1:e:1:" + new string('c', 200)));
        Assert.Equal(LastReceived.Unknown.Instance, LastReceived.Parse("1:e:1:" + new string('c', 201)));
        Assert.Equal(LastReceived.Unknown.Instance, LastReceived.Parse("1:e:1:" + new string('€', 67)));
        Assert.Equal(LastReceived.Unknown.Instance, LastReceived.Parse("1:" + new string('e', 65) + ":1:c"));
        Assert.Equal(LastReceived.Unknown.Instance, LastReceived.Parse(new string('1', 1_000_000)));
    }

    private static string? LastString(WireMessage message)
    {
        using var json = JsonDocument.Parse(message.Payload[2..]);
        return json.RootElement.EnumerateArray().Last().GetString();
    }
}
