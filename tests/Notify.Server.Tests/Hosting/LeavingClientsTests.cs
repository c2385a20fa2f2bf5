using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Hosting;

/// <summary>
/// Tests clients that disconnect while their requests wait, for a slow store for example: they are counted and not logged.
/// </summary>
public sealed class LeavingClientsTests : IAsyncLifetime
{
    private const string Secret = "Host: x\r\nConnection: close\r\nnotification_secret: S1\r\nContent-Type: application/json\r\n";

    private readonly TemporaryFolder _folder = new();
    private readonly Traces _traces = new();
    private readonly Arrivals _arrivals = new();
    private NotifyServer _server = null!;

    public async Task InitializeAsync()
    {
        var options = NotifyServer.Default with
        {
            // The test holds a lock while four clients come and go, which takes seconds on a busy machine.
            Store = new() { Location = $"sqlite:{_folder.At("notify.db")}", BusyTimeout = TestTimeouts.Limit },
            Broker = new() { Channels = new() { SendTimeout = TestTimeouts.Limit } },
            Connection = new() { Drain = TimeSpan.Zero },
        };
        _server = new NotifyServer(options, _arrivals, services: services => services.AddSingleton<ILoggerProvider>(_traces));
        await _server.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _traces.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("close")]
    [InlineData("end of what they say")]
    public async Task Leave_no_trace_in_the_log(string how)
    {
        await _server.SendAsync("c", "1");
        var session = Handshake.Id((await RawHttp.GetAsync(_server, "/socket.io/?EIO=4&transport=polling")).Body);
        var posted = Handshake.Id((await RawHttp.GetAsync(_server, "/socket.io/?EIO=4&transport=polling")).Body);
        using var counts = new Counts(_server.Metrics);
        using var other = new SqliteConnection($"Data Source={_folder.At("notify.db")};Pooling=False");
        other.Open();
        string[] unfinished =
        [
            Post("/socket.io/?EIO=4&transport=polling&sid=" + posted, "42[\"join\"]")[..^5],
            $"POST /send HTTP/1.1\r\n{Secret}Transfer-Encoding: chunked\r\n\r\n40\r\n{{\"channel\":",
            $"POST /api/notifications HTTP/1.1\r\n{Secret}Content-Encoding: gzip\r\nContent-Length: 500\r\n\r\n",

            // Several, because the end of the input and the end of the connection are reported concurrently, and either may come first.
            .. Enumerable.Repeat(Post("/send", """{"channel":"c","notification":"x"}""")[..^5], 20),
        ];
        string[] waiting =
        [
            Post("/send", """{"channel":"c","notification":"x"}"""),
            Post("/send", """{"channel":"new","notification":"x"}"""),
            Post("/api/notifications", """{"channels":["c","newer"],"notification":1}"""),
            Get("/socket.io/?EIO=4&transport=polling&sid=" + session),
        ];
        var ends = new List<Task>();
        foreach (var request in unfinished)
        {
            ends.Add(await BeginAsync(request, how, () => _server.Received.Used > 0));
            await TestTimeouts.UntilAsync(() => _server.Received.Used == 0);
        }

        Run(other, "BEGIN IMMEDIATE");
        var first = _arrivals.Count;
        foreach (var request in waiting)
        {
            var arrived = _arrivals.Count;
            ends.Add(await BeginAsync(request, how, () => _arrivals.Count > arrived));
        }

        // Otherwise a request could still be answered to a client that has gone.
        await TestTimeouts.UntilAsync(() => _arrivals.AreGone(first));
        Assert.True(_arrivals.WereCut(first));
        Run(other, "COMMIT");
        await Task.WhenAll(ends).Soon();
        await TestTimeouts.UntilAsync(() => _arrivals.IsOver);

        // The host logs a request after its application has finished with it.
        await _server.StopAsync();
        Assert.InRange(counts["notify.requests.abandoned"], waiting.Length, unfinished.Length + waiting.Length);
        Assert.DoesNotContain(_traces.Lines, line => !line.StartsWith("Notify.Storage", StringComparison.Ordinal));
    }

    // Disconnects when the request waits. The result completes when the server has ended the connection too.
    private async Task<Task> BeginAsync(string request, string how, Func<bool> waits)
    {
        var client = await RawHttp.ConnectAsync(_server);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request)).AsTask().Soon();
        await TestTimeouts.UntilAsync(waits);
        if (how == "end of what they say")
        {
            client.Client.Shutdown(SocketShutdown.Send);
            return EndAsync(client, stream);
        }

        // Closes the socket directly, because the stream would first end its output, and nothing would be reset.
        client.Client.LingerState = new LingerOption(how == "reset", 0);
        client.Client.Dispose();
        return Task.CompletedTask;
    }

    private static async Task EndAsync(TcpClient client, NetworkStream stream)
    {
        using var own = client;
        await RawHttp.ReadAllAsync(stream);
    }

    private static string Post(string path, string body) => $"POST {path} HTTP/1.1\r\n{Secret}Content-Length: {body.Length}\r\n\r\n{body}";

    private static string Get(string path) => $"GET {path} HTTP/1.1\r\n{Secret}\r\n";

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Counts the requests that have reached the application, and those that have ended.</summary>
    private sealed class Arrivals : IStartupFilter
    {
        private readonly ConcurrentQueue<Arrival> _all = new();

        public int Count => _all.Count;

        public bool IsOver => _all.All(arrival => arrival.IsOver);

        /// <summary>Returns whether the server has noticed that the clients of the requests from a number on have gone.</summary>
        public bool AreGone(int first) => _all.Skip(first).All(arrival => arrival.IsOver || arrival.Aborted.IsCancellationRequested);

        /// <summary>Returns whether none of the requests from a number on was answered before its client had gone.</summary>
        public bool WereCut(int first) => _all.Skip(first).All(arrival => arrival.Aborted.IsCancellationRequested);

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, following) =>
            {
                var arrival = new Arrival(context.RequestAborted);
                _all.Enqueue(arrival);
                try
                {
                    await following(context);
                }
                finally
                {
                    arrival.IsOver = true;
                }
            });
            next(app);
        };

        private sealed class Arrival(CancellationToken aborted)
        {
            private volatile bool _isOver;

            public CancellationToken Aborted { get; } = aborted;

            public bool IsOver
            {
                get => _isOver;
                set => _isOver = value;
            }
        }
    }

    /// <summary>Collects the log entries with an exception, from warnings on.</summary>
    private sealed class Traces : ILoggerProvider
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IEnumerable<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => new Log(categoryName, _lines);

        public void Dispose()
        {
        }

        private sealed class Log(string category, ConcurrentQueue<string> lines) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

            void ILogger.Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (exception is not null && IsEnabled(logLevel))
                {
                    lines.Enqueue($"{category}: {formatter(state, exception)} {exception}");
                }
            }
        }
    }
}
