using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests;

public sealed class ConsoleFilesTests(NotifyServer server) : IClassFixture<NotifyServer>
{
    [Theory]
    [InlineData("GET", "/", 200)]
    [InlineData("HEAD", "/", 200)]
    [InlineData("OPTIONS", "/", 204)]
    [InlineData("POST", "/", 404)]
    [InlineData("GET", "/console/app.js", 200)]
    [InlineData("GET", "/console/APP.js", 404)]
    [InlineData("GET", "/console/app.js/", 404)]
    [InlineData("GET", "/console/", 404)]
    [InlineData("GET", "/console/index.html", 404)]
    [InlineData("GET", "/console/../app.js", 404)]
    [InlineData("GET", "/index.html", 404)]
    public async Task Only_its_own_files_are_served(string method, string path, int status) =>
        Assert.Equal(status, (await RawHttp.SendAsync(server, new RawRequest(method, path, []))).Status);

    [Theory]
    [InlineData("/", "text/html; charset=utf-8")]
    [InlineData("/console/app.js", "text/javascript; charset=utf-8")]
    [InlineData("/console/console.css", "text/css; charset=utf-8")]
    [InlineData("/console/icon.svg", "image/svg+xml")]
    public async Task A_file_is_served_with_its_type_and_asked_for_again_each_time(string path, string type)
    {
        var first = await RawHttp.GetAsync(server, path);
        Assert.Equal((200, type), (first.Status, first.ContentType));
        Assert.NotEmpty(first.Bytes);
        Assert.Equal("no-cache", first.Headers["Cache-Control"]);
        Assert.Equal("nosniff", first.Headers["X-Content-Type-Options"]);
        Assert.Contains("default-src 'none'", first.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal("same-origin", first.Headers["Cross-Origin-Opener-Policy"]);
        Assert.Equal("no-referrer", first.Headers["Referrer-Policy"]);

        // Without a certificate of its own the server does not know whether HTTPS works.
        Assert.False(first.Headers.ContainsKey("Strict-Transport-Security"));

        var head = await RawHttp.SendAsync(server, new RawRequest("HEAD", path, []));
        Assert.Equal(first.Headers["Content-Length"], head.Headers["Content-Length"]);
        Assert.Empty(head.Bytes);
    }

    [Fact]
    public async Task The_page_has_the_key_for_this_host_alone_and_never_a_secret_of_its_own()
    {
        var here = await RawHttp.GetAsync(server, "/");
        var there = await RawHttp.GetAsync(server, "/", "X-Forwarded-For: 203.0.113.9");

        Assert.Contains("value=\"K1\"", here.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("K1", there.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("S1", here.Body + there.Body, StringComparison.Ordinal);
        Assert.NotEqual(here.Headers["ETag"], there.Headers["ETag"]);
    }

    [Fact]
    public async Task The_page_has_the_default_key_and_the_default_secret()
    {
        await using var plain = await StartAsync(NotifyServer.Default with { Access = new() });
        var page = await RawHttp.GetAsync(plain.Server, "/", "X-Forwarded-For: 203.0.113.9");

        Assert.Contains("value=\"NOTIFICATION_KEY\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("value=\"NOTIFICATION_SECRET\"", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_is_written_as_HTML_writes_it()
    {
        await using var odd = await StartAsync(NotifyServer.Default with { Access = new() { Key = "\"><script>", Secret = "S1" } });

        Assert.Contains("value=\"&quot;&gt;&lt;script&gt;\"", (await RawHttp.GetAsync(odd.Server, "/")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/", 404)]
    [InlineData("HEAD", "/", 404)]
    [InlineData("GET", "/console", 404)]
    [InlineData("GET", "/console/app.js", 404)]
    [InlineData("OPTIONS", "/", 204)]
    [InlineData("GET", "/socket.io/socket.io.js", 200)]
    public async Task The_console_can_be_switched_off(string method, string path, int status)
    {
        await using var off = await StartAsync(NotifyServer.Default with { Console = new() { IsOn = false } });

        Assert.Equal(status, (await RawHttp.SendAsync(off.Server, new RawRequest(method, path, []))).Status);
    }

    private static async Task<RunningServer> StartAsync(NotifyOptions options)
    {
        var server = new NotifyServer(options);
        await server.InitializeAsync();
        return new RunningServer(server);
    }

    private sealed record RunningServer(NotifyServer Server) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Server.DisposeAsync();
    }
}
