using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Notify.Chaos;

/// <summary>Runs one node in a process of its own, which can be started, killed, frozen and stopped.</summary>
internal sealed class Node(NodePlace place, IReadOnlyDictionary<string, string> settings) : IAsyncDisposable
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromSeconds(2),
        ConnectTimeout = TimeSpan.FromSeconds(10),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    // Longer than a publish waits for its channel.
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(
        int.Parse(settings["NOTIFY_SEND_TIMEOUT"].TrimEnd('s'), CultureInfo.InvariantCulture) + 5);

    private readonly ConcurrentQueue<string> _log = new();
    private readonly List<Process> _former = [];
    private Process? _process;
    private volatile bool _isCoordinator;
    private volatile int _starts;

    public string Url { get; } = string.Create(CultureInfo.InvariantCulture, $"http://{place.Host}:{NodePlace.Web}");

    /// <summary>Gets the URL for requests of other nodes.</summary>
    public string InternalUrl { get; } = string.Create(CultureInfo.InvariantCulture, $"https://{place.Host}:{NodePlace.Internal}");

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Gets how often its process was started.</summary>
    public int Starts => _starts;

    /// <summary>Gets whether it was started and not ended.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Gets whether the process is frozen.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>Gets or sets whether its host is separated from everything.</summary>
    public bool IsIsolated { get; set; }

    /// <summary>Gets whether a proxy's health check would get a response, whatever it is.</summary>
    public bool Answers => IsRunning && !IsFrozen && !IsIsolated;

    /// <summary>Gets whether it is the node that allocates the shards.</summary>
    public bool IsCoordinator => IsRunning && _isCoordinator;

    /// <summary>Gets the exit code of the ended process; null while it runs.</summary>
    public int? ExitCode => _process is { HasExited: true } ended ? ended.ExitCode : null;

    public string Log => string.Join('\n', _log);

    /// <summary>Gets the last lines of its log.</summary>
    public string LastLines => string.Join('\n', _log.TakeLast(30));

    public void Start()
    {
        _isCoordinator = false;
        var process = new Process
        {
            // The started command becomes the server's process.
            StartInfo = new ProcessStartInfo(
                "ip",
                ["netns", "exec", place.Space, "dotnet", Path.Combine(AppContext.BaseDirectory, "Notify.Server.dll")])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        foreach (var (name, value) in settings)
        {
            process.StartInfo.Environment[name] = value;
        }

        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (_process is { } former)
        {
            // The caller that stopped it still reads its exit code.
            _former.Add(former);
        }

        _process = process;
        _starts++;
        IsStarted = true;
    }

    public async Task<bool> IsReadyAsync() => (await ReadinessAsync()).Status == HttpStatusCode.OK;

    /// <summary>Returns the response of the readiness check; no status without a response.</summary>
    public async Task<(HttpStatusCode? Status, string Body)> ReadinessAsync()
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Url + "/health/ready");
            using var answer = await AnswerAsync(request);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return (null, "");
        }
    }

    /// <summary>Publishes, and returns the status; null when the node cannot be reached or disappears in the meantime.</summary>
    public async Task<HttpStatusCode?> SendAsync(string channel, string notification) => (await PostAsync(channel, notification)).Status;

    /// <summary>Publishes with an optional idempotency key, and returns the response.</summary>
    public async Task<SendAnswer> PostAsync(string channel, string notification, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url + "/send");
        request.Headers.Add("notification-secret", settings["NOTIFICATION_SECRET"]);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        request.Content = new StringContent(
            $$"""{"channel":{{JsonSerializer.Serialize(channel)}},"notification":{{JsonSerializer.Serialize(notification)}}}""",
            Encoding.UTF8,
            "application/json");
        try
        {
            using var answer = await AnswerAsync(request);
            return new SendAnswer(answer.StatusCode, answer.Headers.RetryAfter is not null);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return SendAnswer.None;
        }
    }

    /// <summary>Returns the API's response to a query.</summary>
    public async Task<JsonElement> AskAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url + path);
        request.Headers.Add("notification-secret", settings["NOTIFICATION_SECRET"]);
        using var answer = await AnswerAsync(request);
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    /// <summary>Sends a request to the API, and returns the response; no status when the node cannot be reached or disappears.</summary>
    public async Task<(HttpStatusCode? Status, JsonElement Body)> RequestAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, Url + path);
        request.Headers.Add("notification-secret", settings["NOTIFICATION_SECRET"]);
        request.Content = body is null ? null : new StringContent(JsonSerializer.Serialize(body, Json), Encoding.UTF8, "application/json");
        try
        {
            using var answer = await AnswerAsync(request);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return (answer.StatusCode, json.RootElement.Clone());
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or JsonException)
        {
            return (null, default);
        }
    }

    /// <summary>Kills the process.</summary>
    public Task KillAsync()
    {
        IsStarted = false;
        return SignalAsync("KILL", waitsForExit: true);
    }

    /// <summary>Stops the node in an orderly way, and returns its exit code.</summary>
    public async Task<int> LeaveAsync()
    {
        IsStarted = false;
        var process = _process!;
        await SignalAsync("TERM", waitsForExit: true);
        return process.ExitCode;
    }

    public Task FreezeAsync()
    {
        IsFrozen = true;
        return SignalAsync("STOP", waitsForExit: false);
    }

    public Task ThawAsync()
    {
        IsFrozen = false;
        return SignalAsync("CONT", waitsForExit: false);
    }

    /// <summary>Waits until the process ends on its own, and returns its exit code.</summary>
    public async Task<int> ExitAsync()
    {
        // Another task may restart the node in the meantime.
        var process = _process!;
        await process.WaitForExitAsync().WaitAsync(TestTimeouts.Limit);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await KillAsync();
        }

        _process?.Dispose();
        _former.ForEach(process => process.Dispose());
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
    {
        using var patience = new CancellationTokenSource(_patience);
        return await Client.SendAsync(request, patience.Token);
    }

    private async Task SignalAsync(string signal, bool waitsForExit)
    {
        var process = _process!;
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        if (waitsForExit)
        {
            await process.WaitForExitAsync().WaitAsync(TestTimeouts.Limit);
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _log.Enqueue(line);
        if (line.Contains("Singleton manager started singleton actor", StringComparison.Ordinal))
        {
            _isCoordinator = true;
        }
    }
}
