using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Http;

/// <summary>All paths but that of <c>/send</c> are matched as they are written, as the rules of a proxy match them.</summary>
public sealed class EndpointPathTests(NotifyServer server) : IClassFixture<NotifyServer>
{
    [Theory]
    [InlineData("/WS")]
    [InlineData("/ws/")]
    [InlineData("/Events?key=K1&channel=c")]
    [InlineData("/events/?key=K1&channel=c")]
    [InlineData("/API/channels")]
    [InlineData("/Api")]
    [InlineData("/Health/ready")]
    [InlineData("/health/ready/")]
    [InlineData("/%61pi/channels")]
    [InlineData("/x/../api/channels")]
    public async Task Another_path_is_not_found(string path)
    {
        var answer = await RawHttp.GetAsync(server, path, "notification_secret: S1");
        Assert.Equal((404, "text/html"), (answer.Status, answer.ContentType));
        Assert.StartsWith("Cannot GET ", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/channels/", 404, "There is /api/notifications, /api/channels, /api/channel, /api/history, ")]
    [InlineData("GET", "/api", 404, "There is /api/notifications, /api/channels, /api/channel, /api/history, ")]
    [InlineData("DELETE", "/api/access", 405, "/api/access is for GET and POST.")]
    [InlineData("POST", "/api/channels", 405, "/api/channels is for GET.")]
    [InlineData("GET", "/api/notifications", 405, "/api/notifications is for POST.")]
    public async Task The_API_says_what_there_is(string method, string path, int status, string detail)
    {
        var answer = await RawHttp.SendAsync(server, new RawRequest(method, path, ["notification_secret: S1"]));
        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Contains(detail, answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("traceId", answer.Body, StringComparison.Ordinal);
    }
}
