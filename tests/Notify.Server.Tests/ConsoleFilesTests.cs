using Microsoft.AspNetCore.Http;

namespace Notify.Server.Tests;

public class ConsoleFilesTests
{
    private static readonly ConsoleFiles Files = new();

    [Theory]
    [InlineData("GET", "/", true)]
    [InlineData("HEAD", "/", true)]
    [InlineData("POST", "/", false)]
    [InlineData("GET", "/console/app.js", true)]
    [InlineData("GET", "/console/", false)]
    [InlineData("GET", "/console/index.html", false)]
    [InlineData("GET", "/console/../app.js", false)]
    [InlineData("GET", "/index.html", false)]
    public void Only_its_own_files_are_served(string method, string path, bool isServed) =>
        Assert.Equal(isServed, Files.Matches(Request(method, path)));

    [Theory]
    [InlineData("/", "text/html; charset=utf-8")]
    [InlineData("/console/app.js", "text/javascript; charset=utf-8")]
    [InlineData("/console/console.css", "text/css; charset=utf-8")]
    [InlineData("/console/icon.svg", "image/svg+xml")]
    public async Task A_file_is_served_with_its_type_and_asked_for_again_each_time(string path, string type)
    {
        var first = Request("GET", path);
        await Files.HandleAsync(first);
        Assert.Equal(StatusCodes.Status200OK, first.Response.StatusCode);
        Assert.Equal(type, first.Response.ContentType);
        Assert.Equal(first.Response.ContentLength, first.Response.Body.Length);
        Assert.NotEqual(0, first.Response.ContentLength);
        Assert.Equal("no-cache", first.Response.Headers.CacheControl);
        Assert.Equal("nosniff", first.Response.Headers.XContentTypeOptions);
        Assert.Contains("default-src 'none'", first.Response.Headers.ContentSecurityPolicy.ToString(), StringComparison.Ordinal);

        var again = Request("GET", path);
        again.Request.Headers.IfNoneMatch = first.Response.Headers.ETag;
        await Files.HandleAsync(again);
        Assert.Equal(StatusCodes.Status304NotModified, again.Response.StatusCode);
        Assert.Equal(0, again.Response.Body.Length);

        var head = Request("HEAD", path);
        await Files.HandleAsync(head);
        Assert.Equal(first.Response.ContentLength, head.Response.ContentLength);
        Assert.Equal(0, head.Response.Body.Length);
    }

    private static DefaultHttpContext Request(string method, string path)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Response.Body = new MemoryStream();
        return context;
    }
}
