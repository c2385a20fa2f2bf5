using System.Text;
using Notify.Protocol.Events;

namespace Notify.Protocol.Tests.Events;

public sealed class EventMessagesTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);

    [Fact]
    public void A_notification_is_one_line_of_data_and_knows_its_position()
    {
        var message = EventMessages.Notification("c", "e", 8, "n", At, "{\r\n\"a\":\n[1,\r2], \"b\":\"\\r\\n\"}"u8);
        Assert.Equal(
            "event: NEW_NOTIFICATION\n"
            + "data: "
            + "{\"type\":\"notification\",\"channel\":\"c\",\"epoch\":\"e\",\"offset\":8,\"id\":\"n\","
            + "\"at\":\"2023-11-14T22:13:20.123Z\",\"data\":{  \"a\": [1, 2], \"b\":\"\\r\\n\"}}\n\n",
            Text(message));
        Assert.Equal(("c", "e", 8), (message.Channel, message.Epoch, message.Offset));
    }

    [Fact]
    public void Joined_is_the_plain_message_and_knows_its_position()
    {
        var message = EventMessages.Joined("a\nb", "e", 7, recovered: false);
        Assert.Equal(
            "event: joined\ndata: {\"type\":\"joined\",\"channel\":\"a\\nb\",\"epoch\":\"e\",\"offset\":7,\"recovered\":false}\n\n",
            Text(message));
        Assert.Equal(("a\nb", "e", 7), (message.Channel, message.Epoch, message.Offset));
    }

    [Fact]
    public void The_opening_is_no_event() =>
        Assert.Equal("retry: 1500\nid: \n\n", Text(EventMessages.Opening(TimeSpan.FromMilliseconds(1500.9), new PositionVector(["c"]))));

    [Fact]
    public void A_retry_and_a_comment_are_none_either()
    {
        Assert.Equal("retry: 3120\n\n", Text(EventMessages.Retry(TimeSpan.FromMilliseconds(3120.2))));
        Assert.Equal(":\n\n", Text(EventMessages.KeepAlive));
    }

    private static string Text(WireMessage message) => Encoding.UTF8.GetString(message.Payload.Span);
}
