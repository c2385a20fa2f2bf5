using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Notify.Broker.Revocations;
using Notify.Server.Options;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Backends;

/// <summary>Tests the endpoints that sign users out, on one node whose connections are counted by the test.</summary>
public sealed class SigningOutTests : IAsyncLifetime
{
    private readonly Connections _connections = new();
    private readonly LogRecorder _log = new();
    private readonly NotifyServer _server;

    public SigningOutTests() => _server = new NotifyServer(
        NotifyServer.Default with { Token = new TokenOptions { Secret = "Zx8mQ1vR4nT7kW0pB3cY6hJ9fL2dS5gA" } },
        services: services =>
        {
            services.AddSingleton<ILocalConnections>(_connections);
            _log.From(LogLevel.Information)(services);
        });

    public Task InitializeAsync() => _server.InitializeAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("""{"user":"42"}""", "42", null, null, DisconnectKind.Disconnected)]
    [InlineData("""{"session":"s","reconnect":true}""", null, "s", null, DisconnectKind.Reconnect)]
    [InlineData("""{"connection":"c","reason":"bye"}""", null, null, "c", DisconnectKind.Disconnected)]
    [InlineData("""{"user":"42","block":"10m","reason":"bye"}""", "42", null, null, DisconnectKind.Blocked)]
    public async Task A_disconnect_ends_what_it_names(string body, string? user, string? session, string? connection, DisconnectKind kind)
    {
        var answer = await PostAsync("disconnect", body);

        Assert.Equal((200, """{"connections":3,"nodes":1,"silent":[]}"""), (answer.Status, answer.Body));
        var order = Assert.Single(_connections.Orders);
        Assert.Equal((user, session, connection, kind), (order.User, order.Session, order.Connection, order.Kind));
        Assert.Equal(body.Contains("bye", StringComparison.Ordinal) ? "bye" : "", order.Reason);
        var subject = user is not null ? "user 42" : session is not null ? "session s" : "connection c";
        await _log.HasAsync($"Information: default called /api/disconnect; subject: {subject}");
    }

    [Fact]
    public async Task A_revocation_refuses_older_tokens_and_is_listed()
    {
        var answer = await PostAsync("revoke", """{"user":"42","before":1700000000}""");
        Assert.Equal(
            (200, """{"connections":3,"nodes":1,"silent":[],"before":1700000000}"""), (answer.Status, answer.Body));
        Assert.Equal(1700000000, Assert.Single(_connections.Orders).Before);
        await PostAsync("revoke", """{"token":"j"}""");
        await PostAsync("revoke", """{"session":"s"}""");
        await PostAsync("disconnect", """{"user":"7","block":"1d"}""");

        Assert.Equal(["user 42", "session s", "token j", "blocked 7"], await ListAsync(""));
        Assert.Equal(["user 42", "session s"], await ListAsync("?limit=2"));
        Assert.Equal(["token j", "blocked 7"], await ListAsync("?after=session:s"));

        Assert.Equal(204, (await PostAsync("unblock", """{"user":"7"}""")).Status);
        Assert.Equal(["user 42", "session s", "token j"], await ListAsync(""));
    }

    [Theory]
    [InlineData("disconnect", "{}", "One of user, session and connection is required")]
    [InlineData("disconnect", """{"user":"1","session":"2"}""", "One of user, session and connection is required")]
    [InlineData("disconnect", """{"session":"1","block":"10m"}""", "block is for a user")]
    [InlineData("disconnect", """{"user":"1","block":"10m","reconnect":true}""", "block is for a user")]
    [InlineData("disconnect", """{"user":"1","block":"soon"}""", "block is not a duration from 1s to 365d")]
    [InlineData("disconnect", """{"user":"1","block":"366d"}""", "block is not a duration from 1s to 365d")]
    [InlineData("disconnect", """{"user":"1","reconnect":1}""", "reconnect is neither true nor false")]
    [InlineData("disconnect", """{"user":"1","all":1}""", "all is not known")]
    [InlineData("revoke", """{"user":"1","before":99999999999}""", "before is not a whole number")]
    [InlineData("revoke", """{"session":"1","before":1}""", "before is only for a user")]
    [InlineData("revoke", "{}", "One of user, session and token is required")]
    [InlineData("unblock", "{}", "user is missing")]
    [InlineData("unblock", "[]", "not a JSON object")]
    public async Task A_request_that_is_wrong_is_explained(string path, string body, string reason)
    {
        Assert.Contains(reason, ApiClient.Problem(await PostAsync(path, body), 400), StringComparison.Ordinal);
        Assert.Empty(_connections.Orders);
    }

    [Fact]
    public async Task A_reason_has_a_hundred_characters()
    {
        Assert.Equal(200, (await PostAsync("disconnect", $$"""{"user":"1","reason":"{{new string('é', 100)}}"}""")).Status);
        ApiClient.Problem(await PostAsync("disconnect", $$"""{"user":"1","reason":"{{new string('é', 101)}}"}"""), 400);
    }

    private Task<RawResponse> PostAsync(string path, string json) => RawHttp.SendAsync(
        _server,
        new RawRequest("POST", "/api/" + path, ["Authorization: Bearer S1", "Content-Type: application/json"])
        {
            Body = Encoding.UTF8.GetBytes(json),
        });

    private async Task<IEnumerable<string>> ListAsync(string query)
    {
        var blocks = await ApiClient.GetAsync(_server, "/api/blocks" + query);
        return
        [
            .. blocks.GetProperty("blocks").EnumerateArray()
                .Select(block => $"{block.GetProperty("kind").GetString()} {block.GetProperty("name").GetString()}"),
        ];
    }

    private sealed class Connections : ILocalConnections
    {
        public ConcurrentQueue<DisconnectOrder> Orders { get; } = new();

        public int Disconnect(DisconnectOrder order)
        {
            Orders.Enqueue(order);
            return 3;
        }
    }
}
