using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Metrics;
using Notify.Server.Access;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Access;

/// <summary>Runs an <see cref="AuthorizeClient"/> and the backend that it asks. The clock stands still.</summary>
internal sealed class AuthorizeHost : IAsyncDisposable
{
    public const string Secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly BrokerMetrics _metrics = new();
    private int _requests;

    private AuthorizeHost() => Counts = new Counts(_metrics);

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public LogLines<AuthorizeLog> Log { get; } = new();

    public Counts Counts { get; }

    public BrokerMetrics Metrics => _metrics;

    public int Requests => Volatile.Read(ref _requests);

    public WebBackend Backend { get; private set; } = null!;

    public AuthorizeClient Client { get; private set; } = null!;

    public static async Task<AuthorizeHost> StartAsync(RequestDelegate handler, AuthorizeOptions? options = null)
    {
        var host = new AuthorizeHost();
        host.Backend = await WebBackend.StartAsync(context =>
        {
            Interlocked.Increment(ref host._requests);
            return handler(context);
        });
        host.Client = new AuthorizeClient(
            new Uri(host.Backend.Url + "/authorize"),
            options ?? new AuthorizeOptions { Secret = Secret, Timeout = Timeout },
            host._metrics,
            host.Log,
            host.Time);
        return host;
    }

    public static Task<AuthorizeHost> StartAsync(int status, string? body = null) => StartAsync(context =>
    {
        context.Response.StatusCode = status;
        return body is null ? Task.CompletedTask : context.Response.WriteAsync(body);
    });

    public static AuthorizeQuestion Question(
        string channel = "order:7", string? user = "42", string? session = "s1", string connection = "c1") =>
        new(channel, user, session, connection, "socketio", "203.0.113.9", "https://app.example.com", []);

    public Task<AuthorizeAnswer> AskAsync(AuthorizeQuestion? question = null) => Client.AskAsync(question ?? Question()).AsTask().Soon();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Counts.Dispose();
        _metrics.Dispose();
        await Backend.DisposeAsync();
    }
}
