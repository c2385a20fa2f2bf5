using Microsoft.AspNetCore.Http;
using Notify.Server.Access;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Access;

/// <summary>Tests that many questions and a broken backend cost a bounded amount.</summary>
public sealed class AuthorizeClientLoadTests
{
    private int _status = 500;
    private int _asked;

    [Fact]
    public async Task A_backend_that_fails_is_spared_for_five_seconds_and_then_asked_once()
    {
        await using var host = await AuthorizeHost.StartAsync(Answer);

        await FailAsync(host, AuthorizeBreaker.MinQuestions);
        Assert.Equal(AuthorizeBreaker.MinQuestions, host.Requests);
        Assert.Equal(AuthorizeAnswer.Unavailable, await NextAsync(host));
        host.Time.Advance(AuthorizeBreaker.BreakDuration - TimeSpan.FromMilliseconds(1));
        Assert.Equal(AuthorizeAnswer.Unavailable, await NextAsync(host));
        Assert.Equal(AuthorizeBreaker.MinQuestions, host.Requests);
        Assert.Contains(host.Log.Take(), line => line.Contains("it is not asked for 5 s", StringComparison.Ordinal));

        // The probe fails as well.
        host.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(AuthorizeAnswer.Unavailable, await NextAsync(host));
        Assert.Equal(AuthorizeAnswer.Unavailable, await NextAsync(host));
        Assert.Equal(AuthorizeBreaker.MinQuestions + 1, host.Requests);
        Assert.True(host.Client.IsFailing);

        _status = 204;
        host.Time.Advance(AuthorizeBreaker.BreakDuration);
        Assert.Equal(AuthorizeAnswer.Allowed, await NextAsync(host));
        Assert.Equal(AuthorizeAnswer.Allowed, await NextAsync(host));
        Assert.False(host.Client.IsFailing);
        Assert.Single(host.Log.Take(), "Information: The backend 127.0.0.1 answers questions about joins again.");
        Assert.Equal(AuthorizeBreaker.MinQuestions + 3, host.Requests);
    }

    [Fact]
    public async Task While_one_question_tries_a_backend_that_failed_the_others_do_not_wait()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var host = await AuthorizeHost.StartAsync(async context =>
        {
            if (_status == 204)
            {
                asked.SetResult();
                await answer.Task;
            }

            await Answer(context);
        });
        await FailAsync(host, AuthorizeBreaker.MinQuestions);

        _status = 204;
        host.Time.Advance(AuthorizeBreaker.BreakDuration);
        var probe = NextAsync(host);
        await asked.Task.Soon();
        Assert.Equal(AuthorizeAnswer.Unavailable, await NextAsync(host));
        Assert.Equal(AuthorizeBreaker.MinQuestions + 1, host.Requests);
        answer.SetResult();

        Assert.Equal(AuthorizeAnswer.Allowed, await probe);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(401)]
    [InlineData(431)]
    [InlineData(400)]
    public async Task Refusals_and_questions_that_the_backend_rejects_are_no_failures_of_it(int status)
    {
        _status = status;
        await using var host = await AuthorizeHost.StartAsync(Answer);

        for (var i = 0; i < AuthorizeBreaker.MinQuestions * 2; i++)
        {
            await NextAsync(host);
        }

        Assert.Equal(AuthorizeBreaker.MinQuestions * 2, host.Requests);
    }

    [Fact]
    public async Task Fewer_failures_within_ten_seconds_change_nothing()
    {
        await using var host = await AuthorizeHost.StartAsync(Answer);

        for (var i = 0; i < 4; i++)
        {
            await FailAsync(host, AuthorizeBreaker.MinQuestions - 1);
            host.Time.Advance(TimeSpan.FromSeconds(11));
        }

        Assert.Equal((AuthorizeBreaker.MinQuestions - 1) * 4, host.Requests);
    }

    [Fact]
    public async Task So_many_questions_are_under_way_so_many_wait_and_the_rest_is_unavailable()
    {
        var answer = new TaskCompletionSource();
        _status = 200;
        await using var host = await AuthorizeHost.StartAsync(async context =>
        {
            await answer.Task;
            await Answer(context);
        });

        var admitted = Enumerable.Range(0, AuthorizeQueue.MaxUnderWay + AuthorizeQueue.MaxWaiting).Select(_ => NextAsync(host)).ToList();
        await TestTimeouts.UntilAsync(() => host.Requests == AuthorizeQueue.MaxUnderWay);
        Assert.Equal(AuthorizeAnswer.Unavailable, await NextAsync(host));
        Assert.Equal(AuthorizeAnswer.Unavailable, await NextAsync(host));
        Assert.Equal(2, host.Counts["notify.limit.refusals{authorize}"]);
        Assert.Equal(AuthorizeQueue.MaxUnderWay, host.Requests);
        Assert.All(admitted, asking => Assert.False(asking.IsCompleted));
        Assert.Contains("questions are under way", Assert.Single(host.Log.Take()), StringComparison.Ordinal);
        answer.SetResult();

        Assert.All(await Task.WhenAll(admitted), answer => Assert.Equal(AuthorizeAnswer.Allowed, answer));
        Assert.Equal(admitted.Count, host.Requests);
        Assert.Equal(AuthorizeAnswer.Allowed, await NextAsync(host));
    }

    [Fact]
    public async Task A_hanging_backend_ends_the_questions_that_wait_as_well()
    {
        await using var host = await AuthorizeHost.StartAsync(static context => Task.Delay(Timeout.Infinite, context.RequestAborted));

        var asking = Enumerable.Range(0, AuthorizeQueue.MaxUnderWay + 200).Select(_ => NextAsync(host)).ToList();
        await TestTimeouts.UntilAsync(() => host.Requests == AuthorizeQueue.MaxUnderWay);
        await TestTimeouts.UntilAsync(() =>
        {
            // A few of those that wait get a place before the breaker opens, and time out as well.
            host.Time.Advance(AuthorizeHost.Timeout);
            return asking.TrueForAll(static asking => asking.IsCompleted);
        });

        Assert.All(await Task.WhenAll(asking), answer => Assert.Equal(AuthorizeAnswer.Unavailable, answer));
        Assert.InRange(host.Requests, AuthorizeQueue.MaxUnderWay, asking.Count - 1);
    }

    [Fact]
    public async Task A_question_waits_for_its_place_only_so_long()
    {
        await using var host = await AuthorizeHost.StartAsync(200);
        using var queue = new AuthorizeQueue(host.Metrics, host.Time, AuthorizeHost.Timeout);
        var places = new List<IDisposable?>();
        for (var i = 0; i < AuthorizeQueue.MaxUnderWay; i++)
        {
            places.Add(await queue.TryEnterAsync());
        }

        Assert.All(places, Assert.NotNull);
        var (early, late) = (queue.TryEnterAsync().AsTask(), queue.TryEnterAsync().AsTask());
        places[0]!.Dispose();
        Assert.NotNull(await early.Soon());
        host.Time.Advance(AuthorizeHost.Timeout);

        Assert.Null(await late.Soon());
        Assert.Equal(1, host.Counts["notify.limit.refusals{authorize}"]);
        places[1]!.Dispose();
        Assert.NotNull(await queue.TryEnterAsync().AsTask().Soon());
    }

    private async Task FailAsync(AuthorizeHost host, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(AuthorizeAnswer.Unavailable, await NextAsync(host));
        }
    }

    private Task<AuthorizeAnswer> NextAsync(AuthorizeHost host) =>
        host.AskAsync(AuthorizeHost.Question($"order:{Interlocked.Increment(ref _asked)}"));

    private Task Answer(HttpContext context)
    {
        context.Response.StatusCode = _status;
        return Task.CompletedTask;
    }
}
