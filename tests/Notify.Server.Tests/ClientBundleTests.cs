using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Notify.Server.Endpoints;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests;

public sealed class ClientBundleTests(NotifyServer server) : IClassFixture<NotifyServer>
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
        var answer = await RawHttp.GetAsync(server, "/socket.io/" + name);
        Assert.Equal((200, contentType, "*"), (answer.Status, answer.ContentType, answer.Headers["Access-Control-Allow-Origin"]));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Folder, name)), answer.Bytes);
    }

    [Fact]
    public async Task The_file_served_has_the_version_of_the_package()
    {
        var answer = await RawHttp.GetAsync(server, "/socket.io/socket.io.min.js");
        Assert.Contains($"Socket.IO v{ClientBundle.Version}", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_files_browsers_are_sent_to_the_CDN()
    {
        var builder = WebApplication.CreateSlimBuilder();
        await using var app = builder.Build();
        app.MapClientBundle(Path.Combine(AppContext.BaseDirectory, "no-client"));
        var endpoint = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Single(endpoint => endpoint.RoutePattern.RawText == "/socket.io/socket.io.js");
        var context = new DefaultHttpContext { RequestServices = app.Services.GetRequiredService<IServiceProvider>() };
        await endpoint.RequestDelegate!(context);

        Assert.Equal(StatusCodes.Status302Found, context.Response.StatusCode);
        Assert.Equal($"https://cdn.socket.io/{ClientBundle.Version}/socket.io.js", context.Response.Headers.Location);
    }

    [Theory]
    [InlineData("/socket.io/")]
    [InlineData("/socket.io/package.json")]
    [InlineData("/socket.io/../client-package.json")]
    [InlineData("/socket.io/socket.io.js?EIO=4&transport=none")]
    [InlineData("/socket.io/SOCKET.IO.JS")]
    public async Task Anything_else_is_for_a_session(string path) =>
        Assert.Equal((400, """{"code":0,"message":"Transport unknown"}"""), Of(await RawHttp.GetAsync(server, path)));

    private static (int Status, string Body) Of(RawResponse response) => (response.Status, response.Body);
}
