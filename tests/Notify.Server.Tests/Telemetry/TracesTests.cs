using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Notify.Broker.Tracing;
using Notify.Server.Telemetry;
using Notify.Server.Tests.Support;
using OpenTelemetry.Trace;

namespace Notify.Server.Tests.Telemetry;

/// <summary>Tests the spans of requests: in a process of its own, as a receiver of OTLP sees them.</summary>
public sealed class TracesTests
{
    private const string Caller = "00f067aa0ba902b7";

    [Fact]
    public async Task A_sampled_send_is_one_trace_from_the_request_to_the_socket()
    {
        using var folder = new TemporaryFolder();
        using var receiver = new OtlpReceiver();
        await using var program = await RunningProgram.StartAsync(
            folder.Path, [.. receiver.Settings("127.0.0.1"), ("NOTIFY_ACCESS", "open,user:*=open"), ("NOTIFY_DRAIN", "100ms")]);
        using var client = await JsonWebSocketClient.OpenAsync(program);
        await client.JoinAsync("user:42");

        Assert.Equal(200, await SendAsync(program, Trace(1), "user:42"));
        await client.ReceiveAsync();

        // Not sampled: by the caller, by the ratio, and because the secret is wrong.
        Assert.Equal(200, await SendAsync(program, Trace(2), "user:42", flags: "00"));
        Assert.Equal(200, await SendAsync(program, trace: null, "user:42"));
        Assert.Equal(401, await SendAsync(program, Trace(3), "user:42", secret: "wrong"));
        await receiver.BegunAsync();
        await TestTimeouts.UntilAsync(() => receiver.Spans.Count >= 6);
        var end = await program.StopAsync();

        Assert.Equal(0, end.Code);
        Assert.All(receiver.Spans, span => Assert.Equal(Trace(1), span.TraceId));
        var spans = receiver.Spans.ToDictionary(span => span.Name, StringComparer.Ordinal);
        Assert.Equal(["POST /send", "append", "order", "publish user:*", "relay", "write"], spans.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Caller, spans["POST /send"].ParentId);
        Assert.Equal(spans["POST /send"].SpanId, spans["publish user:*"].ParentId);
        Assert.All(["order", "append", "relay"], name => Assert.Equal(spans["publish user:*"].SpanId, spans[name].ParentId));
        Assert.Equal(spans["relay"].SpanId, spans["write"].ParentId);

        Has(spans["POST /send"], ("http.request.method", "POST"), ("http.route", "/send"), ("http.response.status_code", "200"));
        Has(spans["POST /send"], ("notify.secret", "default"));
        Has(
            spans["publish user:*"],
            ("messaging.system", "notify"),
            ("messaging.operation.name", "publish"),
            ("messaging.destination.template", "user:*"),
            ("messaging.message.body.size", "1"),
            ("notify.offset", "1"),
            ("notify.retries", "0"));
        Assert.Equal(22, spans["publish user:*"].Attributes["messaging.message.id"].Length);
        Assert.Equal(spans["order"].Attributes["notify.node"], spans["publish user:*"].Attributes["notify.owner"]);
        Has(spans["append"], ("db.system.name", "sqlite"), ("db.operation.batch.size", "1"));
        Assert.True(double.Parse(spans["append"].Attributes["notify.store.wait_ms"], CultureInfo.InvariantCulture) >= 0);
        Has(spans["relay"], ("notify.subscribers", "1"));
        Has(spans["write"], ("notify.protocol", "plain"), ("network.transport", "tcp"));
        Assert.False(receiver.Contains("user:42"));
        Assert.Contains("/v1/traces HEADER-Q7", receiver.Requests);
        Assert.Contains("/v1/metrics HEADER-Q7", receiver.Requests);
    }

    [Fact]
    public async Task A_channel_that_is_loaded_first_says_so_names_are_shown_only_if_wanted_and_spans_are_bounded()
    {
        using var folder = new TemporaryFolder();
        using var receiver = new OtlpReceiver();
        await using var program = await RunningProgram.StartAsync(
            folder.Path, [.. receiver.Settings("127.0.0.1", "always_on", ratio: null), ("NOTIFY_TRACE_CHANNELS", "1")]);

        Assert.Equal(200, await SendAsync(program, Trace(1), [.. Enumerable.Range(0, 20).Select(n => $"room:{n}")]));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(program.Address, "/api/notifications"))
        {
            Content = new StringContent("""{"channel":"room:1","notification":2}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("notification-secret", "S1");
        request.Headers.Add("traceparent", $"00-{Trace(2)}-{Caller}-01");
        using var client = new HttpClient();
        using var answer = await client.SendAsync(request);
        Assert.Equal(200, (int)answer.StatusCode);
        await receiver.BegunAsync();
        await TestTimeouts.UntilAsync(() => receiver.Spans.Count(span => span.TraceId == Trace(2)) == 4
            && receiver.Spans.Count(span => span.TraceId == Trace(1) && span.Name is "publish *" or "order") >= 2 * PublishTrace.MaxSpans);
        await program.StopAsync();

        var first = receiver.Spans.Where(span => span.TraceId == Trace(1)).ToList();
        var publishes = first.Where(span => span.Name == "publish *").ToList();
        Assert.Equal(PublishTrace.MaxSpans, publishes.Count);
        Assert.Equal(PublishTrace.MaxSpans, publishes.Select(span => span.Attributes["messaging.destination.name"]).Distinct().Count());
        var orders = first.Where(span => span.Name == "order").ToList();
        Assert.Equal(PublishTrace.MaxSpans, orders.Count);
        Assert.All(orders, order => Assert.Equal(["claimed"], order.Events));

        // The spans of one transaction know of each other.
        var appends = first.Where(span => span.Name == "append").ToList();
        Assert.All(appends, append => Assert.All(append.Links, link => Assert.Contains(publishes, publish => publish.SpanId == link)));
        Assert.All(appends, append => Assert.InRange(append.Links.Count, 0, PublishTrace.MaxSpans - 1));

        var second = receiver.Spans.Where(span => span.TraceId == Trace(2)).ToDictionary(span => span.Name, StringComparer.Ordinal);
        Assert.Equal(
            ["POST /api/notifications", "append", "order", "publish *"], second.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Caller, second["POST /api/notifications"].ParentId);
    }

    [Fact]
    public async Task Without_a_receiver_nothing_is_traced()
    {
        var server = new NotifyServer();
        await server.InitializeAsync();
        try
        {
            Assert.Null(server.Services.GetService<RequestTraces>());
            Assert.Null(server.Services.GetService<TracerProvider>());
            Assert.Equal(200, await SendAsync(server, Trace(1), "c"));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static void Has(OtlpSpan span, params (string Name, string Value)[] attributes) =>
        Assert.All(attributes, attribute => Assert.Equal(attribute.Value, span.Attributes[attribute.Name]));

    private static string Trace(int n) => n.ToString("x32", CultureInfo.InvariantCulture);

    private static Task<int> SendAsync(IServer server, string? trace, string channel, string flags = "01", string secret = "S1") =>
        SendAsync(server, trace, [channel], flags, secret);

    private static async Task<int> SendAsync(
        IServer server, string? trace, string[] channels, string flags = "01", string secret = "S1")
    {
        var answer = await RawHttp.SendAsync(server, new RawRequest(
            "POST",
            "/send",
            [
                $"notification_secret: {secret}",
                "Content-Type: application/json",
                .. trace is null ? (string[])[] : [$"traceparent: 00-{trace}-{Caller}-{flags}"],
            ])
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(new { channel = channels, notification = 1 }),
        });
        return answer.Status;
    }
}
