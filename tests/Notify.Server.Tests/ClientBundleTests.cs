using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Notify.Server.Tests;

public class ClientBundleTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "client");

    [Fact]
    public void The_version_of_the_redirect_is_the_version_of_the_package()
    {
        using var package = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "client-package.json")));
        Assert.Equal(ClientBundle.Version, package.RootElement.GetProperty("dependencies").GetProperty("socket.io-client").GetString());
    }

    [Theory]
    [InlineData("socket.io.js", "application/javascript")]
    [InlineData("socket.io.js.map", "application/json")]
    [InlineData("socket.io.min.js", "application/javascript")]
    [InlineData("socket.io.min.js.map", "application/json")]
    [InlineData("socket.io.esm.min.js", "application/javascript")]
    [InlineData("socket.io.esm.min.js.map", "application/json")]
    [InlineData("socket.io.msgpack.min.js", "application/javascript")]
    [InlineData("socket.io.msgpack.min.js.map", "application/json")]
    public async Task Every_file_of_the_package_is_served(string name, string contentType)
    {
        var (context, body) = Request("/socket.io/" + name);
        Assert.True(await new ClientBundle(Folder).TryServeAsync(context));
        Assert.Equal(StatusCodes.Status200OK, context.Response.StatusCode);
        Assert.Equal(contentType, context.Response.ContentType);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Folder, name)), body.ToArray());
    }

    [Fact]
    public async Task The_file_served_has_the_version_of_the_package()
    {
        var (context, body) = Request("/socket.io/socket.io.min.js");
        Assert.True(await new ClientBundle(Folder).TryServeAsync(context));
        Assert.Contains($"Socket.IO v{ClientBundle.Version}", System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }

    [Fact]
    public async Task A_browser_that_has_the_file_is_told_so()
    {
        var bundle = new ClientBundle(Folder);
        var (first, _) = Request("/socket.io/socket.io.js");
        await bundle.TryServeAsync(first);
        var (second, body) = Request("/socket.io/socket.io.js");
        second.Request.Headers.IfNoneMatch = first.Response.Headers.ETag;
        Assert.True(await bundle.TryServeAsync(second));
        Assert.Equal(StatusCodes.Status304NotModified, second.Response.StatusCode);
        Assert.Empty(body.ToArray());
    }

    [Fact]
    public async Task Without_files_browsers_are_sent_to_the_CDN()
    {
        var (context, _) = Request("/socket.io/socket.io.js");
        Assert.True(await new ClientBundle(Path.Combine(AppContext.BaseDirectory, "no-client")).TryServeAsync(context));
        Assert.Equal(StatusCodes.Status302Found, context.Response.StatusCode);
        Assert.Equal($"https://cdn.socket.io/{ClientBundle.Version}/socket.io.js", context.Response.Headers.Location);
    }

    [Theory]
    [InlineData("/socket.io/", "")]
    [InlineData("/socket.io/package.json", "")]
    [InlineData("/socket.io/../client-package.json", "")]
    [InlineData("/socket.io/socket.io.js", "?EIO=4&transport=polling")]
    public async Task Anything_else_is_left_alone(string path, string query)
    {
        var (context, _) = Request(path);
        context.Request.QueryString = new QueryString(query);
        Assert.False(await new ClientBundle(Folder).TryServeAsync(context));
    }

    private static (HttpContext Context, MemoryStream Body) Request(string path)
    {
        var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Request.Path = path;
        context.Response.Body = body;
        return (context, body);
    }
}
