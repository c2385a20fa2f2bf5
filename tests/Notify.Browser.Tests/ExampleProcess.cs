using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Notify.Browser.Tests;

/// <summary>Runs an example of a website in a process of its own.</summary>
internal sealed class ExampleProcess : IAsyncDisposable
{
    // The first start of some compiles them.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly ConcurrentQueue<string?> _log = new();

    private ExampleProcess(Process process, string url)
    {
        (_process, Url) = (process, url);
        process.OutputDataReceived += (_, line) => _log.Enqueue(line.Data);
        process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data);
    }

    /// <summary>Gets the address of the website.</summary>
    public string Url { get; }

    /// <summary>Starts an example, and waits until it answers.</summary>
    /// <param name="folder">The folder in which it runs.</param>
    /// <param name="port">Its port, which <c>PORT</c> and each <c>{port}</c> of the command are.</param>
    /// <param name="settings">Its environment.</param>
    /// <param name="command">The program and its arguments.</param>
    public static async Task<ExampleProcess> StartAsync(
        string folder, int port, IReadOnlyDictionary<string, string> settings, IReadOnlyList<string> command)
    {
        var number = port.ToString(CultureInfo.InvariantCulture);
        var words = command.Select(word => word.Replace("{port}", number, StringComparison.Ordinal)).ToList();
        var start = new ProcessStartInfo(words[0], words.Skip(1))
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        Runtimes.Separate(start);
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        start.Environment["PORT"] = number;
        var example = new ExampleProcess(new Process { StartInfo = start }, $"http://localhost:{number}");
        example._process.Start();
        example._process.BeginOutputReadLine();
        example._process.BeginErrorReadLine();
        try
        {
            await example.AnswersAsync();
            return example;
        }
        catch
        {
            await example.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task AnswersAsync()
    {
        using var client = new HttpClient();
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(50))
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(Url));
                Assert.True(answer.IsSuccessStatusCode, $"{answer}\n{string.Join('\n', _log)}");
                return;
            }
            catch (HttpRequestException) when (!_process.HasExited && Stopwatch.GetElapsedTime(began) < Limit)
            {
                // It has not started to listen.
            }
            catch (HttpRequestException exception)
            {
                throw new InvalidOperationException(string.Join('\n', _log), exception);
            }
        }
    }
}
