using System.Diagnostics;
using System.Globalization;
using Notify.Browser.Tests;

namespace Notify.Server.Tests.Support;

/// <summary>Runs the program in a process of its own, with key <c>K1</c> and secret <c>S1</c> unless its settings say otherwise.</summary>
internal sealed class RunningProgram : IServer, IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;
    private readonly LastingPort _port;

    private RunningProgram(Process process, LastingPort port)
    {
        (_process, _port) = (process, port);
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port.Number}"));
    }

    public Uri Address { get; }

    public string EnginePath => "/socket.io/";

    /// <summary>Starts the program, and returns when it is ready.</summary>
    public static async Task<RunningProgram> StartAsync(string folder, params (string Name, string Value)[] settings)
    {
        var port = LastingPort.Reserve();
        var process = ServerProgram.Start(
            [],
            [
                ("PORT", port.Number.ToString(CultureInfo.InvariantCulture)),
                ("NOTIFY_HOST", "127.0.0.1"),
                ("NOTIFICATION_KEY", "K1"),
                ("NOTIFICATION_SECRET", "S1"),
                .. settings,
            ],
            folder);
        var program = new RunningProgram(process, port);
        using var client = new HttpClient { BaseAddress = program.Address };
        using var limit = new CancellationTokenSource(TestTimeouts.Limit);
        while (!await IsReadyAsync(client))
        {
            Assert.False(process.HasExited, "The program has exited.");
            await Task.Delay(20, limit.Token);
        }

        return program;
    }

    /// <summary>Stops the program as an operator does, and returns what it wrote.</summary>
    public async Task<ProgramEnd> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().Soon();
        return new ProgramEnd(_process.ExitCode, await _output, await _error);
    }

    public ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _port.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
