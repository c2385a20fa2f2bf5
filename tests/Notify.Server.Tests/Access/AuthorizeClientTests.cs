using Microsoft.AspNetCore.Http;
using Notify.Server.Access;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Access;

/// <summary>Tests what answers of a real backend mean.</summary>
public sealed class AuthorizeClientTests
{
    [Theory]
    [InlineData(200, null)]
    [InlineData(204, null)]
    [InlineData(200, " \r\n")]
    [InlineData(200, "{}")]
    [InlineData(200, "{\"user\":{\"name\":\"x\"}}")]
    [InlineData(200, "{\"ttl\":86400}")]
    [InlineData(200, "{\"ttl\":0}")]
    [InlineData(200, "{\"ttl\":60.0}")]
    public async Task A_permission_is_200_or_204(int status, string? body)
    {
        await using var host = await AuthorizeHost.StartAsync(status, body);

        Assert.Equal("Allowed", (await host.AskAsync()).ToString());
        Assert.Equal(1, host.Counts["notify.authorize.requests{allow}"]);
        Assert.Empty(host.Log.Take());
    }

    [Theory]
    [InlineData(403, "Forbidden")]
    [InlineData(401, "Unauthorized")]
    public async Task A_refusal_has_its_status_and_any_body(int status, string answer)
    {
        await using var host = await AuthorizeHost.StartAsync(status, new string('<', AuthorizeBody.MaxBytes * 2));

        Assert.Equal(answer, (await host.AskAsync()).ToString());
        Assert.Equal(1, host.Counts["notify.authorize.requests{deny}"]);
        Assert.Empty(host.Log.Take());
    }

    [Theory]
    [InlineData(404, null, "the answer was the status 404; check NOTIFY_AUTHORIZE_URL")]
    [InlineData(201, null, "the answer was the status 201")]
    [InlineData(400, null, "the answer was the status 400")]
    [InlineData(429, null, "the answer was the status 429")]
    [InlineData(500, "{\"ttl\":60}", "the answer was the status 500")]
    [InlineData(503, null, "the answer was the status 503")]
    [InlineData(200, "<html>", "the body is not JSON; answer 200 with a JSON object or without a body")]
    [InlineData(200, "{\"ttl\":1,\"ttl\":2}", "the body is not JSON; answer 200 with a JSON object or without a body")]
    [InlineData(200, "true", "the body is not a JSON object")]
    [InlineData(200, "{\"ttl\":86401}", "the ttl in the body is not a number from 0 to 86400")]
    [InlineData(200, "{\"ttl\":-1}", "the ttl in the body is not a number from 0 to 86400")]
    [InlineData(200, "{\"ttl\":\"60\"}", "the ttl in the body is not a number from 0 to 86400")]
    [InlineData(200, "{\"ttl\":null}", "the ttl in the body is not a number from 0 to 86400")]
    public async Task Everything_else_is_unavailable_logged_once_a_minute_and_asked_again(int status, string? body, string reason)
    {
        await using var host = await AuthorizeHost.StartAsync(status, body);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(AuthorizeAnswer.Unavailable, await host.AskAsync());
        }

        Assert.Equal(3, host.Requests);
        Assert.Equal(3, host.Counts["notify.authorize.requests{error}"]);
        Assert.Equal([Line(reason, 1)], host.Log.Take());
        host.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([Line(reason, 2)], host.Log.Take());
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    public async Task No_redirection_is_followed(int status)
    {
        await using var host = await AuthorizeHost.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Path == "/authorize" ? status : 200;
            context.Response.Headers.Location = "/login";
            return Task.CompletedTask;
        });

        Assert.Equal(AuthorizeAnswer.Unavailable, await host.AskAsync());
        Assert.Equal(1, host.Requests);
        Assert.Contains($"the redirection {status}; set NOTIFY_AUTHORIZE_URL", Assert.Single(host.Log.Take()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true, "Allowed")]
    [InlineData(0, false, "Allowed")]
    [InlineData(1, true, "Unavailable")]
    [InlineData(1, false, "Unavailable")]
    public async Task A_body_has_64_kB_at_most(int more, bool hasLength, string answer)
    {
        var body = "{\"ttl\":60}".PadRight(AuthorizeBody.MaxBytes + more);
        await using var host = await AuthorizeHost.StartAsync(context =>
        {
            context.Response.ContentLength = hasLength ? body.Length : null;
            return context.Response.WriteAsync(body);
        });

        Assert.Equal(answer, (await host.AskAsync()).ToString());
        Assert.Equal(more, host.Log.Take().Count(line => line.Contains("the body has more than 64 kB", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_slow_answer_counts_as_long_as_it_comes_in_time()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var host = await AuthorizeHost.StartAsync(_ =>
        {
            asked.SetResult();
            return answer.Task;
        });

        var asking = host.AskAsync();
        await asked.Task.Soon();
        host.Time.Advance(AuthorizeHost.Timeout - TimeSpan.FromMilliseconds(1));
        Assert.False(asking.IsCompleted);
        answer.SetResult();

        Assert.Equal(AuthorizeAnswer.Allowed, await asking);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_backend_that_hangs_is_unavailable_after_the_timeout(bool hasBegun)
    {
        var asked = new TaskCompletionSource();
        await using var host = await AuthorizeHost.StartAsync(async context =>
        {
            if (hasBegun)
            {
                await context.Response.WriteAsync("{\"ttl\":");
                await context.Response.Body.FlushAsync();
            }

            asked.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        var asking = host.AskAsync();
        await asked.Task.Soon();
        host.Time.Advance(AuthorizeHost.Timeout);

        Assert.Equal(AuthorizeAnswer.Unavailable, await asking);
        Assert.Equal([Line("there was no answer within 2000 ms (NOTIFY_AUTHORIZE_TIMEOUT)", 1)], host.Log.Take());
    }

    [Fact]
    public async Task A_backend_that_is_not_there_or_breaks_off_is_unavailable()
    {
        await using var host = await AuthorizeHost.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        Assert.Equal(AuthorizeAnswer.Unavailable, await host.AskAsync());
        await host.Backend.DisposeAsync();
        Assert.Equal(AuthorizeAnswer.Unavailable, await host.AskAsync());
        Assert.StartsWith(
            "Warning: The backend 127.0.0.1 did not say whether clients may join channels: ",
            Assert.Single(host.Log.Take()),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_the_server_ends_questions()
    {
        var asked = new TaskCompletionSource();
        await using var host = await AuthorizeHost.StartAsync(context =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        var asking = host.AskAsync();
        await asked.Task.Soon();
        host.Client.Dispose();

        Assert.Equal(AuthorizeAnswer.Unavailable, await asking);
        Assert.Equal(AuthorizeAnswer.Unavailable, await host.AskAsync());
    }

    private static string Line(string reason, int count) =>
        $"Warning: The backend 127.0.0.1 did not say whether clients may join channels: {reason}. Their joins are answered with "
            + $"unavailable. Questions: {count}. Logged at most once a minute.";
}
