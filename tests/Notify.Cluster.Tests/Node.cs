using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Notify.Cluster.Tests;

/// <summary>One node: the server in a process of its own, which can be started, killed, frozen and asked to leave.</summary>
internal sealed class Node(IReadOnlyDictionary<string, string> settings) : IAsyncDisposable
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(10) };

    private readonly ConcurrentQueue<string> _log = new();
    private Process? _process;

    public string Url { get; } = "http://127.0.0.1:" + settings["PORT"];

    /// <summary>Where it takes requests from other nodes.</summary>
    public string InternalUrl { get; } = "https://127.0.0.1:" + settings["NOTIFY_CLUSTER_HTTP_PORT"];

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Whether the process stands still.</summary>
    public bool IsFrozen { get; private set; }

    public string Log => string.Join('\n', _log);

    public void Start()
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Notify.Server.dll")])
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
        _process?.Dispose();
        _process = process;
    }

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Client.GetAsync(Url + "/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>Sends, and returns the status; null when the node cannot be reached or goes away meanwhile.</summary>
    public async Task<HttpStatusCode?> SendAsync(string channel, string notification, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url + "/send");
        request.Headers.Add("notification-secret", "S1");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        request.Content = new StringContent($$"""{"channel":{{JsonSerializer.Serialize(channel)}},"notification":{{JsonSerializer.Serialize(notification)}}}""", Encoding.UTF8, "application/json");
        try
        {
            using var answer = await Client.SendAsync(request);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>What the API answers to a question.</summary>
    public async Task<JsonElement> AskAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url + path);
        request.Headers.Add("notification-secret", "S1");
        using var answer = await Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    /// <summary>Ends the process as a crash does.</summary>
    public Task KillAsync() => SignalAsync("KILL", waitsForExit: true);

    /// <summary>Asks the node to leave, and returns its exit code.</summary>
    public async Task<int> LeaveAsync()
    {
        await SignalAsync("TERM", waitsForExit: true);
        return _process!.ExitCode;
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

    /// <summary>Waits until the process ends by itself, and returns its exit code.</summary>
    public async Task<int> ExitAsync()
    {
        await _process!.WaitForExitAsync().WaitAsync(Patience.Limit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await KillAsync();
        }

        _process?.Dispose();
    }

    private async Task SignalAsync(string signal, bool waitsForExit)
    {
        using var kill = Process.Start("kill", ["-" + signal, _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        if (waitsForExit)
        {
            await _process.WaitForExitAsync().WaitAsync(Patience.Limit);
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _log.Enqueue(line);
        }
    }
}
