using System.Globalization;
using System.Text;
using Notify.Protocol.Tests;
using Notify.Server.Api;

namespace Notify.Server.Tests.Api;

/// <summary>Tests the cost of parsing the body of a publish.</summary>
public sealed class ApiSendTests
{
    private const int MaxBody = 100 * 1024;

    [Theory]
    [InlineData("\"a{0}\":1,")]
    [InlineData("\"\\u0061{0}\":{{}},")]
    public void Reading_many_names_is_linear(string part) => Growth.AssertLinear(
        MaxBody / 10,
        count =>
        {
            var names = Enumerable.Range(0, count).Select(i => string.Format(CultureInfo.InvariantCulture, part, i));
            return Body(0, "{" + string.Concat(names) + "\"z\":1}");
        },
        static body => Assert.True(ApiSend.TryParse(body, DateTimeOffset.UnixEpoch, out _, out _)));

    // The depth grows with the length, up to the limit.
    [Fact]
    public void Reading_a_deep_body_is_linear() => Growth.AssertLinear(
        MaxBody,
        static size => Body(size * 900 / MaxBody, string.Concat(Enumerable.Repeat("1,", size / 2)) + "1"),
        static body => Assert.True(ApiSend.TryParse(body, DateTimeOffset.UnixEpoch, out _, out _)));

    [Theory]
    [InlineData("""{"a":1,"a":2}""", false)]
    [InlineData("""{"a":1,"\u0061":2}""", false)]
    [InlineData("""[{"a":{"b":1,"b":2}}]""", false)]
    [InlineData("""[{"a":1},{"a":1,"b":{"a":1}}]""", true)]
    public void A_name_stands_once_in_an_object(string notification, bool isRead)
    {
        Assert.Equal(isRead, ApiSend.TryParse(Body(0, notification), DateTimeOffset.UnixEpoch, out var send, out var problem));
        if (isRead)
        {
            Assert.Equal(notification, Encoding.UTF8.GetString(send!.Notification));
        }
        else
        {
            Assert.Contains("stands twice", problem!, StringComparison.Ordinal);
        }
    }

    private static byte[] Body(int depth, string inner) =>
        Encoding.UTF8.GetBytes("{\"channel\":\"c\",\"notification\": " + new string('[', depth) + inner + new string(']', depth) + " }");
}
