using System.Collections.Concurrent;
using System.Text.Json;
using Notify.Server.Access;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Access;

/// <summary>Tests which answers are remembered, for how long, and for whom.</summary>
public sealed class AuthorizeClientCacheTests
{
    [Theory]
    [InlineData(200, null, 60)]
    [InlineData(204, null, 60)]
    [InlineData(200, "{\"ttl\":7}", 7)]
    [InlineData(200, "{\"ttl\":0.5}", 0.5)]
    [InlineData(200, "{\"ttl\":86400}", 86400)]
    [InlineData(403, null, 5)]
    [InlineData(401, "{\"ttl\":60}", 5)]
    public async Task An_answer_is_remembered_for_its_time(int status, string? body, double seconds)
    {
        await using var host = await AuthorizeHost.StartAsync(status, body);

        var first = await host.AskAsync();
        host.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(first, await host.AskAsync());
        Assert.Equal(1, host.Requests);

        host.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(first, await host.AskAsync());
        Assert.Equal(2, host.Requests);
    }

    [Fact]
    public async Task Without_a_duration_nothing_is_remembered()
    {
        var options = new AuthorizeOptions { Secret = AuthorizeHost.Secret, TimeToLive = TimeSpan.Zero };
        await using var host = await AuthorizeHost.StartAsync(static _ => Task.CompletedTask, options);

        await host.AskAsync();
        await host.AskAsync();

        Assert.Equal(2, host.Requests);
    }

    [Fact]
    public async Task An_answer_is_only_for_its_user_session_channel_and_headers()
    {
        await using var host = await AuthorizeHost.StartAsync(200);
        var question = AuthorizeHost.Question();
        AuthorizeQuestion[] different =
        [
            question,
            question with { Channel = "order:8" },
            question with { User = "43" },
            question with { User = null },
            question with { Session = "s2" },
            question with { Session = null },
            question with { Headers = [new("Cookie", "a=1")] },
            question with { Headers = [new("Cookie", "a=2")] },
            question with { Headers = [new("Authorization", "a=1")] },
            question with { Headers = [new("Cookie", "a=1"), new("Authorization", "b")] },
        ];

        foreach (var asked in different.Concat(different))
        {
            Assert.Equal(AuthorizeAnswer.Allowed, await host.AskAsync(asked));
        }

        Assert.Equal(different.Length, host.Requests);
    }

    [Fact]
    public async Task A_client_that_returns_is_known()
    {
        await using var host = await AuthorizeHost.StartAsync(200);

        await host.AskAsync();
        await host.AskAsync(AuthorizeHost.Question(connection: "c2") with { Transport = "events", Address = null, Origin = null });

        Assert.Equal(1, host.Requests);
    }

    [Fact]
    public async Task The_same_question_under_way_is_asked_once_and_another_one_passes_it()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        var channels = new ConcurrentQueue<string?>();
        await using var host = await AuthorizeHost.StartAsync(async context =>
        {
            var body = await JsonDocument.ParseAsync(context.Request.Body);
            var channel = body.RootElement.GetProperty("channel").GetString();
            channels.Enqueue(channel);
            if (channel == "order:7")
            {
                asked.TrySetResult();
                await answer.Task;
                context.Response.StatusCode = 403;
            }
        });

        var same = Enumerable.Range(0, 500).Select(i => host.AskAsync(AuthorizeHost.Question(connection: $"c{i}"))).ToList();
        await asked.Task.Soon();
        Assert.Equal(AuthorizeAnswer.Allowed, await host.AskAsync(AuthorizeHost.Question("order:8")));
        Assert.All(same, asking => Assert.False(asking.IsCompleted));
        answer.SetResult();

        Assert.All(await Task.WhenAll(same), answer => Assert.Equal(AuthorizeAnswer.Forbidden, answer));
        Assert.Equal(["order:7", "order:8"], channels);
        Assert.Equal(1, host.Counts["notify.authorize.requests{deny}"]);
    }
}
