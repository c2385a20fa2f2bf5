using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Notify.Browser.Tests;

/// <summary>Runs the server in a process of its own, which can be ended like a crash or by a container runtime.</summary>
internal sealed class BrokerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly TaskCompletionSource _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BrokerProcess(int port, IReadOnlyDictionary<string, string> settings)
    {
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Notify.Server.dll")])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment =
                {
                    ["PORT"] = port.ToString(
                        CultureInfo.InvariantCulture), ["NOTIFY_HOST"] =
                            "127.0.0.1", ["NOTIFY_STORE"] = "memory", ["NOTIFY_DRAIN"] = "500ms",
                },
            },
        };
        foreach (var (name, value) in settings)
        {
            _process.StartInfo.Environment[name] = value;
        }

        _process.OutputDataReceived += (_, line) => Log(line.Data);
        _process.ErrorDataReceived += (_, line) => Log(line.Data);
    }

    public string Url { get; }

    /// <summary>Starts the server and waits until it listens.</summary>
    public static async Task<BrokerProcess> StartAsync(int port, IReadOnlyDictionary<string, string>? settings = null)
    {
        var broker = new BrokerProcess(port, settings ?? new Dictionary<string, string>());
        broker._process.Start();
        broker._process.BeginOutputReadLine();
        broker._process.BeginErrorReadLine();
        var exited = broker._process.WaitForExitAsync();
        if (await Task.WhenAny(broker._listening.Task, exited).WaitAsync(Limit) == exited)
        {
            throw new InvalidOperationException("The server did not start: " + string.Join('\n', broker._log));
        }

        return broker;
    }

    /// <summary>Kills the server.</summary>
    public Task CrashAsync()
    {
        _process.Kill();
        return _process.WaitForExitAsync().WaitAsync(Limit);
    }

    /// <summary>Stops the server like a container runtime, and checks that it stops in an orderly way.</summary>
    public async Task LeaveAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Limit);
        Assert.True(_process.ExitCode == 0, string.Join('\n', _log));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await CrashAsync();
        }

        _process.Dispose();
    }

    private void Log(string? line)
    {
        if (line is null)
        {
            return;
        }

        _log.Enqueue(line);
        if (line.Contains("Now listening on", StringComparison.Ordinal))
        {
            _listening.TrySetResult();
        }
    }
}
