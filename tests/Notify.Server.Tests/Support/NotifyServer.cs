using Akka.Actor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.Metrics;
using Notify.Broker.Recovery;
using Notify.Broker.Revocations;
using Notify.Server.Access;
using Notify.Server.Limits;
using Notify.Server.Options;
using Notify.Server.Sessions;

namespace Notify.Server.Tests.Support;

/// <summary>Runs the whole server on a free loopback port, with key <c>K1</c> and secret <c>S1</c>.</summary>
public sealed class NotifyServer : IServer, IAsyncLifetime
{
    public const string Key = "K1";
    public const string Secret = "S1";

    private readonly WebApplication _app;

    public NotifyServer()
        : this(Default)
    {
    }

    internal NotifyServer(
        NotifyOptions options,
        IStartupFilter? first = null,
        TimeProvider? time = null,
        Action<IServiceCollection>? services = null)
    {
        var builder = NotifyHost.CreateBuilder();
        builder.Logging.ClearProviders();
        if (first is not null)
        {
            builder.Services.AddSingleton(first);
        }

        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        services?.Invoke(builder.Services);
        _app = NotifyHost.Build(builder, options);
    }

    public Uri Address { get; private set; } = null!;

    public string EnginePath => "/socket.io/";

    internal IServiceProvider Services => _app.Services;

    internal ConnectionLimits Limits => _app.Services.GetRequiredService<ConnectionLimits>();

    internal SocketLimit Sockets => _app.Services.GetRequiredService<SocketLimit>();

    internal ReceiveAccount Received => _app.Services.GetRequiredService<ReceiveAccount>();

    internal BrokerNode Node => _app.Services.GetRequiredService<BrokerNode>();

    internal BrokerMetrics Metrics => Node.Metrics;

    /// <summary>Gets the number of open JSON WebSockets and event streams.</summary>
    internal int Sessions => _app.Services.GetRequiredService<SessionManager>().Count;

    /// <summary>Runs a tick for JSON WebSockets and event streams at the given time from now.</summary>
    internal void TurnSessions(TimeSpan later)
    {
        var sessions = _app.Services.GetRequiredService<SessionManager>();
        sessions.Turn(sessions.Now + (long)later.TotalMilliseconds);
    }

    /// <summary>Gets the number of Socket.IO sessions that are retained without a connection.</summary>
    internal int Retained => _app.Services.GetRequiredService<RecoverableSessions>().Retained;

    internal ActorSystem Actors => _app.Services.GetRequiredService<ActorSystem>();

    internal static NotifyOptions Default { get; } = new()
    {
        Listen = new() { Port = 0, Host = "127.0.0.1" },
        Access = new() { Key = Key, Secret = Secret },
        Store = new() { Location = "memory" },

        // Metrics are collected for the whole process, in which many servers run.
        Telemetry = new() { HasMetrics = false },
    };

    public async Task InitializeAsync()
    {
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Last());

        // A node accepts no token before it has read which are revoked, and is not ready. One test is about a node that never has.
        if (_app.Services.GetService<ITokenVerifier>() is not null)
        {
            var revoked = _app.Services.GetRequiredService<RevokedTokens>();
            for (var began = DateTime.UtcNow; !revoked.IsRead && DateTime.UtcNow - began < TestTimeouts.Limit / 2;)
            {
                await Task.Delay(5);
            }
        }
    }

    public Task StopAsync() => _app.StopAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    /// <summary>Waits until the given number of JSON WebSockets and event streams is open.</summary>
    internal async Task HasSessionsAsync(int count)
    {
        for (var began = DateTime.UtcNow; Sessions != count; await Task.Delay(5))
        {
            Assert.True(DateTime.UtcNow - began < TestTimeouts.Limit, $"{Sessions} sessions are open instead of {count}");
        }
    }

    /// <summary>Stops actors of the running server by their path, like a failure.</summary>
    internal void StopActors(string path) => Actors.ActorSelection(path).Tell(PoisonPill.Instance);

    /// <summary>Publishes a notification, a JSON value, and checks that it is accepted.</summary>
    internal async Task SendAsync(string channel, string json)
    {
        var response = await RawHttp.SendAsync(this, new RawRequest(
            "POST",
            "/send",
            ["notification_secret: S1", "Content-Type: application/json"])
        {
            Body = System.Text.Encoding.UTF8.GetBytes(
                $"{{\"channel\":{System.Text.Json.JsonSerializer.Serialize(channel)},\"notification\":{json}}}"),
        });
        Assert.Equal((200, "\"ok\""), (response.Status, response.Body));
    }
}
