using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Time.Testing;
using Notify.Browser.Tests;
using Notify.Client;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Client;

/// <summary>Tests the listener of the client library against a real server.</summary>
[Trait("Duration", "Long")]
public sealed partial class NotifyListenerTests : IAsyncLifetime
{
    private NotifyServer _server = new();

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Notifications_of_several_channels_arrive_in_order_with_their_positions()
    {
        await _server.SendAsync("c", """{"title":"one"}""");
        await _server.SendAsync("d", """{"title":"two"}""");

        await using var heard = Heard.Begin(Listener(), "c", NotifyStart.Earliest, others: "d");
        await heard.ListensAsync(1);
        await TestTimeouts.UntilAsync(() => heard.Notifications.Count == 2);
        await _server.SendAsync("c", """{"title":"three"}""");
        await TestTimeouts.UntilAsync(() => heard.Notifications.Count == 3);

        var ofC = heard.Notifications.Where(static each => each.Channel == "c").ToList();
        Assert.Equal([1L, 2L], ofC.Select(static each => each.Position!.Offset));
        Assert.Equal(["one", "three"], ofC.Select(static each => each.Read(BellJson.Default.Bell)!.Title));
        Assert.Equal("two", heard.Notifications.Single(static each => each.Channel == "d").Read<Bell>()!.Title);
        Assert.DoesNotContain(heard.Events, static each => each.StartsWith("lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_listener_continues_after_a_stored_position()
    {
        await _server.SendAsync("c", "1");
        await _server.SendAsync("c", "2");
        NotifyPosition position;
        await using (var first = Heard.Begin(Listener(), start: NotifyStart.Earliest))
        {
            await first.HasAsync("1", "2");
            position = first.Notifications[0].Position!;
        }

        await using var second = Heard.Begin(Listener(), position: position);
        await second.HasAsync("2");
    }

    [Fact]
    public async Task A_cut_connection_loses_nothing_and_doubles_nothing()
    {
        using var network = new CutHandler();
        await using var heard = await Heard.ListenAsync(Listener(invoker: () => network.Invoker));
        await _server.SendAsync("c", "1");
        await heard.HasAsync("1");

        network.Cut();
        await _server.SendAsync("c", "2");
        await heard.ListensAsync(2);
        await _server.SendAsync("c", "3");

        await heard.HasAsync("1", "2", "3");
    }

    [Fact]
    public async Task A_restarted_server_loses_nothing_and_doubles_nothing()
    {
        using var folder = new TemporaryFolder();
        using var port = LastingPort.Reserve();
        var options = At(port) with { Store = new() { Location = $"sqlite:{folder.At("notify.db")}" } };
        await RestartAsync(options);
        await using var heard = await Heard.ListenAsync(Listener());
        await _server.SendAsync("c", "1");
        await heard.HasAsync("1");

        await RestartAsync(options);
        await _server.SendAsync("c", "2");

        await heard.HasAsync("1", "2");
    }

    [Fact]
    public async Task Lost_history_is_reported_before_what_follows()
    {
        using var port = LastingPort.Reserve();
        await RestartAsync(At(port));
        await using var heard = await Heard.ListenAsync(Listener());
        await _server.SendAsync("c", "1");
        await heard.HasAsync("1");

        await RestartAsync(At(port));
        await heard.ListensAsync(2);
        await _server.SendAsync("c", "2");

        await heard.HasAsync("1", "lost c", "2");
    }

    [Fact]
    public async Task A_position_that_the_server_does_not_know_is_lost_history()
    {
        await _server.SendAsync("c", "1");
        await using var heard = Heard.Begin(Listener(), position: new NotifyPosition("other", 7));
        await heard.HasAsync("lost c");
        await _server.SendAsync("c", "2");
        await heard.HasAsync("lost c", "2");
    }

    [Fact]
    public async Task A_wrong_key_is_refused_for_good()
    {
        var listener = new NotifyListener(new NotifyClientOptions { Address = _server.Address, Key = "wrong" });
        await using var heard = Heard.Begin(listener);
        var refused = await Assert.ThrowsAsync<NotifyRefusedException>(() => heard.Running.Soon());
        Assert.Equal(("bad_key", null), (refused.Code, refused.Channel));
        Assert.DoesNotContain(heard.Statuses, static each => each.State == ListenState.Waiting);
    }

    [Fact]
    public async Task A_channel_that_the_rules_forbid_is_refused_for_good()
    {
        Assert.True(AccessRules.TryParse("open,team:*=token", out var rules));
        await RestartAsync(NotifyServer.Default with
        {
            Access = NotifyServer.Default.Access with { Rules = rules },
            Token = new TokenOptions { Secret = Access.SignedToken.Secret },
        });
        await using var heard = Heard.Begin(Listener(), "team:7");
        var refused = await Assert.ThrowsAsync<NotifyRefusedException>(() => heard.Running.Soon());
        Assert.Equal(("unauthorized", "team:7"), (refused.Code, refused.Channel));
    }

    [Fact]
    public async Task An_address_that_is_not_of_a_server_is_refused_for_good()
    {
        var listener = new NotifyListener(new NotifyClientOptions { Address = new Uri(_server.Address, "other/"), Key = NotifyServer.Key });
        await using var heard = Heard.Begin(listener);
        var refused = await Assert.ThrowsAsync<NotifyRefusedException>(() => heard.Running.Soon());
        Assert.Equal("http_404", refused.Code);
    }

    [Fact]
    public async Task A_server_that_is_away_is_given_up_after_the_time_that_is_set()
    {
        await _server.StopAsync();
        var time = new FakeTimeProvider();
        var options = new NotifyClientOptions
        {
            Address = _server.Address,
            Key = NotifyServer.Key,
            Time = time,
            GiveUpAfter = TimeSpan.FromMinutes(1),
        };
        await using var heard = Heard.Begin(new NotifyListener(options));
        await time.PassUntilAsync(() => heard.Running.IsCompleted);
        await Assert.ThrowsAsync<NotifyUnavailableException>(() => heard.Running);
    }

    [Fact]
    public async Task The_time_after_which_it_gives_up_begins_when_the_connection_is_lost()
    {
        var time = new FakeTimeProvider();
        var options = new NotifyClientOptions
        {
            Address = _server.Address,
            Key = NotifyServer.Key,
            Time = time,
            GiveUpAfter = TimeSpan.FromMinutes(1),
        };
        await using var heard = await Heard.ListenAsync(new NotifyListener(options));

        // Longer than that, and more than two heartbeats at once, which ends the connection.
        time.Advance(TimeSpan.FromMinutes(10));
        await heard.WaitsAsync(1);
        await TestTimeouts.UntilAsync(() =>
        {
            // Only the pause passes, not the time that the connection takes.
            if (heard.Statuses[^1].State == ListenState.Waiting)
            {
                time.Advance(TimeSpan.FromMilliseconds(500));
            }

            return heard.Statuses.Count(static each => each.State == ListenState.Listening) == 2 || heard.Running.IsCompleted;
        });
        Assert.False(heard.Running.IsCompleted);
    }

    [Fact]
    public async Task A_channel_that_was_never_used_has_lost_nothing()
    {
        await using var heard = Heard.Begin(Listener(), start: NotifyStart.Earliest);
        await heard.ListensAsync(1);
        await _server.SendAsync("c", "1");
        await heard.HasAsync("1");
    }

    [Fact]
    public async Task A_connection_on_which_nothing_arrives_is_replaced()
    {
        using var silent = new SilentServer();
        var time = new FakeTimeProvider();
        var options = new NotifyClientOptions { Address = silent.Address, Key = NotifyServer.Key, Time = time };
        await using var heard = Heard.Begin(new NotifyListener(options));
        await silent.ConnectedAsync(1);

        // The client may not have read the handshake yet, which has a timeout too.
        await time.PassUntilAsync(() => heard.Statuses.Any(static each => each.State == ListenState.Waiting), PassingTime.Slow);
        Assert.Equal("the server is silent", heard.Statuses[^1].Reason);
        await time.PassUntilAsync(() => silent.Connections == 2);
    }

    [Fact]
    public async Task Cancellation_ends_the_enumeration_and_the_connection()
    {
        await using var heard = await Heard.ListenAsync(Listener());
        await _server.HasSessionsAsync(1);
        await heard.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => heard.Running);
        await _server.HasSessionsAsync(0);
    }

    [Fact]
    public async Task Leaving_the_loop_ends_the_connection()
    {
        await _server.SendAsync("c", "1");
        var subscription = new NotifySubscription("c") { Start = NotifyStart.Earliest };
        await foreach (var notification in Listener().ListenAsync(subscription))
        {
            Assert.Equal("1", notification.Data.GetRawText());
            await _server.HasSessionsAsync(1);
            break;
        }

        await _server.HasSessionsAsync(0);
    }

    [Fact]
    public async Task The_backend_ends_a_listener_for_good_or_has_it_come_back()
    {
        await using var heard = await Heard.ListenAsync(Listener());
        await DisconnectAsync($$"""{"connection":"{{heard.Statuses[^1].Connection}}","reconnect":true}""");
        await heard.ListensAsync(2);
        await _server.SendAsync("c", "1");
        await heard.HasAsync("1");

        var last = heard.Statuses.Last(static each => each.State == ListenState.Listening);
        await DisconnectAsync($$"""{"connection":"{{last.Connection}}","reason":"signed out"}""");
        var refused = await Assert.ThrowsAsync<NotifyRefusedException>(() => heard.Running.Soon());
        Assert.Equal("disconnected", refused.Code);
        Assert.Contains("signed out", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_rests_has_everything_in_the_end()
    {
        const int Count = 500;
        var subscription = new NotifySubscription("c") { Start = NotifyStart.Earliest, Buffer = 1 };
        await _server.SendAsync("c", "1");
        var read = new List<int>();
        await foreach (var notification in Listener().ListenAsync(subscription))
        {
            read.Add(notification.Data.GetInt32());
            if (read.Count == 1)
            {
                for (var i = 2; i <= Count; i++)
                {
                    await _server.SendAsync("c", $"{i}");
                }
            }

            if (read.Count == Count)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(1, Count), read);
    }

    [Theory]
    [InlineData(null, "K")]
    [InlineData("ftp://localhost", "K")]
    [InlineData("http://localhost", "")]
    public void What_is_missing_is_named(string? address, string key) => Assert.Throws<InvalidOperationException>(() =>
        new NotifyListener(new NotifyClientOptions { Address = address is null ? null : new Uri(address), Key = key }));

    private NotifyListener Listener(Func<HttpMessageInvoker>? invoker = null) =>
        new(new NotifyClientOptions { Address = _server.Address, Key = NotifyServer.Key }, invoker: invoker);

    private async Task DisconnectAsync(string body)
    {
        var answer = await RawHttp.SendAsync(_server, new RawRequest(
            "POST", "/api/disconnect", [$"Authorization: Bearer {NotifyServer.Secret}", "Content-Type: application/json"])
        {
            Body = System.Text.Encoding.UTF8.GetBytes(body),
        });
        Assert.Equal(200, answer.Status);
    }

    private static NotifyOptions At(LastingPort port) =>
        NotifyServer.Default with { Listen = NotifyServer.Default.Listen with { Port = port.Number } };

    private async Task RestartAsync(NotifyOptions options)
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
        _server = new NotifyServer(options);
        await _server.InitializeAsync();
    }

    internal sealed record Bell(string Title);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Bell))]
    internal sealed partial class BellJson : JsonSerializerContext;
}
