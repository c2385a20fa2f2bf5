using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Notify.Browser.Tests;
using Notify.Client;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Client;

/// <summary>Tests the sender of the client library against a real server.</summary>
[Collection(SharedServer.Name)]
public sealed class NotifySenderTests(NotifyServer server)
{
    private static readonly Uri Nowhere = new("http://127.0.0.1:9");

    private readonly string _channel = Guid.NewGuid().ToString();

    [Fact]
    public async Task A_send_returns_the_result_of_each_channel()
    {
        using var http = new HttpClient();
        var other = _channel + ":2";
        var results = await Sender(http).SendAsync([_channel, other, _channel], new { title = "Hello", n = 3 });

        Assert.Equal([_channel, other, _channel], results.Select(static each => each.Channel));
        Assert.Equal([1L, 1L, 2L], results.Select(static each => each.Position!.Offset));
        Assert.Equal(["""{"title":"Hello","n":3}""", """{"title":"Hello","n":3}"""], await HistoryAsync());
    }

    [Fact]
    public async Task A_send_that_is_answered_503_is_repeated_and_arrives_once()
    {
        // The server has stored the notification, and the answer is lost on the way.
        using var handler = new Faults(server.Address, (HttpStatusCode.ServiceUnavailable, "0", IsPassedOn: true));
        using var http = new HttpClient(handler);
        var result = await Sender(http).SendAsync(_channel, 1);

        Assert.Equal(1, result.Position!.Offset);
        Assert.Equal(2, handler.Requests);
        Assert.Equal(["1"], await HistoryAsync());
    }

    [Fact]
    public async Task Two_calls_with_the_same_key_are_one_send()
    {
        using var http = new HttpClient();
        var first = await Sender(http).SendAsync(_channel, 1, "order 7");
        Assert.Equal(first, await Sender(http).SendAsync(_channel, 1, "order 7"));
        Assert.Equal(["1"], await HistoryAsync());
        await Sender(http).SendAsync(_channel, 1);
        Assert.Equal(["1", "1"], await HistoryAsync());
    }

    [Fact]
    public async Task The_pause_that_the_server_asks_for_is_kept()
    {
        var time = new FakeTimeProvider();
        using var handler = new Faults(server.Address, (HttpStatusCode.TooManyRequests, "7", IsPassedOn: false));
        using var http = new HttpClient(handler);
        var sending = Sender(http, time: time).SendAsync(_channel, 1);
        await TestTimeouts.UntilAsync(() => handler.Requests == 1);

        // Only the pause passes, not the time that the second request takes, which has a timeout.
        await time.PassUntilAsync(() => handler.Requests == 2, PassingTime.Slow);
        var result = await sending.Soon();

        Assert.Equal((1, 2), (result.Position!.Offset, handler.Requests));
        Assert.InRange(time.GetUtcNow() - time.Start, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(29));
    }

    [Fact]
    public async Task A_pause_longer_than_the_time_that_is_left_is_not_waited_for()
    {
        using var handler = new Faults(server.Address, (HttpStatusCode.ServiceUnavailable, "3600", IsPassedOn: false));
        using var http = new HttpClient(handler);
        var failed = await Assert.ThrowsAsync<NotifySendException>(() => Sender(http).SendAsync(_channel, 1).Soon());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (failed.StatusCode, failed.MayBeStored));
        Assert.Contains("it may be stored all the same", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_starts_late_gets_the_send()
    {
        using var port = LastingPort.Reserve();
        using var handler = new Faults(new Uri($"http://127.0.0.1:{port.Number}"));
        using var http = new HttpClient(handler);
        var sending = Sender(http, new Uri($"http://127.0.0.1:{port.Number}")).SendAsync("c", 1);
        await TestTimeouts.UntilAsync(() => handler.Requests > 1);

        var late = new NotifyServer(NotifyServer.Default with { Listen = NotifyServer.Default.Listen with { Port = port.Number } });
        await late.InitializeAsync();

        Assert.Equal(1, (await sending.Soon()).Position!.Offset);
        await late.DisposeAsync();
    }

    [Fact]
    public async Task A_refused_secret_is_an_exception_with_the_text_of_the_server()
    {
        using var handler = new Faults(server.Address);
        using var http = new HttpClient(handler);
        var sender = new NotifySender(http, new NotifyClientOptions { Address = server.Address, Secret = "wrong" });
        var failed = await Assert.ThrowsAsync<NotifySendException>(() => sender.SendAsync(_channel, 1));
        Assert.Equal((HttpStatusCode.Unauthorized, false, 1), (failed.StatusCode, failed.MayBeStored, handler.Requests));
        Assert.NotNull(failed.Problem);
        Assert.StartsWith("Not sent: the server answered 401: ", failed.Message, StringComparison.Ordinal);
        Assert.Contains(failed.Problem, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_that_is_too_long_is_an_exception_with_the_text_of_the_server()
    {
        using var http = new HttpClient();
        var failed = await Assert.ThrowsAsync<NotifySendException>(() => Sender(http).SendAsync(new string('x', 201), 1));
        Assert.Equal(HttpStatusCode.BadRequest, failed.StatusCode);
        Assert.Contains("at most 200 bytes", failed.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up()
    {
        var time = new FakeTimeProvider();
        using var silent = new SilentHandler();
        using var http = new HttpClient(silent);
        var sending = Sender(http, time: time).SendAsync(_channel, 1);
        await time.PassUntilAsync(() => sending.IsCompleted, PassingTime.Slow);
        var failed = await Assert.ThrowsAsync<NotifySendException>(() => sending);
        Assert.Equal((null, true), (failed.StatusCode, failed.MayBeStored));
        Assert.InRange(time.GetUtcNow() - time.Start, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_cancelled_send_is_not_repeated()
    {
        using var handler = new Faults(server.Address, (HttpStatusCode.ServiceUnavailable, "20", IsPassedOn: false));
        using var http = new HttpClient(handler);
        using var stop = new CancellationTokenSource();
        var sending = Sender(http).SendAsync(_channel, 1, cancellation: stop.Token);
        await TestTimeouts.UntilAsync(() => handler.Requests == 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.Soon());
        Assert.Equal(1, handler.Requests);
    }

    [Fact]
    public async Task What_cannot_be_sent_is_refused_before_it_is_sent()
    {
        using var http = new HttpClient();
        var sender = Sender(http, Nowhere);
        await Assert.ThrowsAsync<ArgumentException>(() => sender.SendJsonAsync([], "1"u8.ToArray()));
        await Assert.ThrowsAsync<ArgumentException>(() => sender.SendJsonAsync(["c"], "{"u8.ToArray()));
        await Assert.ThrowsAsync<ArgumentException>(() => sender.SendJsonAsync(["c"], Array.Empty<byte>()));
        Assert.Throws<InvalidOperationException>(() => new NotifySender(http, new NotifyClientOptions { Address = Nowhere }));
    }

    [Fact]
    public async Task Services_have_a_sender_and_a_listener_that_work_together()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddNotifyClient(options =>
            (options.Address, options.Secret, options.Key) = (server.Address, NotifyServer.Secret, NotifyServer.Key));
        await using var provider = services.BuildServiceProvider();
        await using var heard = await Heard.ListenAsync(provider.GetRequiredService<NotifyListener>(), _channel);
        await provider.GetRequiredService<NotifySender>().SendAsync(_channel, "hello");
        await heard.HasAsync("\"hello\"");
    }

    [Theory]
    [InlineData(0, 1, 200)]
    [InlineData(3, 1, 1600)]
    [InlineData(3, 0.5, 800)]
    [InlineData(30, 1, 5000)]
    [InlineData(int.MaxValue, 1, 5000)]
    public void Pauses_grow_to_a_limit(int failures, double random, double milliseconds) => Assert.Equal(
        TimeSpan.FromMilliseconds(milliseconds),
        Backoff.Next(failures, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5), random));

    private NotifySender Sender(HttpClient http, Uri? address = null, TimeProvider? time = null) => new(
        http,
        new NotifyClientOptions
        {
            Address = address ?? server.Address,
            Secret = NotifyServer.Secret,
            Time = time ?? TimeProvider.System,
        });

    private async Task<IReadOnlyList<string>> HistoryAsync()
    {
        var history = await ApiClient.GetAsync(server, $"/api/history?channel={_channel}");
        return [.. history.GetProperty("notifications").EnumerateArray().Select(static each => each.GetProperty("data").GetRawText())];
    }

    /// <summary>Counts requests, and answers the first ones itself.</summary>
    private sealed class Faults(Uri server, params (HttpStatusCode Status, string RetryAfter, bool IsPassedOn)[] faults)
        : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _requests;

        public int Requests => Volatile.Read(ref _requests);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal(server.Authority, request.RequestUri!.Authority);
            var number = Interlocked.Increment(ref _requests) - 1;
            if (number >= faults.Length)
            {
                return await base.SendAsync(request, cancellationToken);
            }

            if (faults[number].IsPassedOn)
            {
                using var passed = await base.SendAsync(request, cancellationToken);
                Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
            }

            var response = new HttpResponseMessage(faults[number].Status) { Content = new StringContent("busy") };
            response.Headers.Add("Retry-After", faults[number].RetryAfter);
            return response;
        }
    }

    private sealed class SilentHandler : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException();
        }
    }
}
