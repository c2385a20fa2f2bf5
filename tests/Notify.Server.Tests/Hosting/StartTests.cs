using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Notify.Server.Startup;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Hosting;

/// <summary>Tests the output of the program from its start to its end.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Text_is_one_format_with_times_and_one_block()
    {
        using var folder = new TemporaryFolder();
        var lines = await RunAsync(folder.Path, line => line.Contains("Console  http://127.0.0.1:", StringComparison.Ordinal));

        var block = lines.Where(line => !Starts(line)).ToList();
        Assert.Contains($"{ProductVersion.Current} is ready.", block);
        Assert.Contains($"  Data     {Path.Combine(folder.Path, "data", "notify.db")}", block);
        Assert.All(block, line => Assert.True(line.Length == 0 || line[0] is ' ' or 'N' or 'B', line));
        Assert.DoesNotContain(lines, line => line.Contains("[INFO]", StringComparison.Ordinal));
        const string Listening = " info: Microsoft.Hosting.Lifetime[14] Now listening on: http://127.0.0.1:";
        Assert.Contains(lines, line => Starts(line) && line.Contains(Listening, StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_json_every_line_is_an_object()
    {
        using var folder = new TemporaryFolder();
        var lines = await RunAsync(
            folder.Path, line => line.Contains("NOTIFICATION_KEY", StringComparison.Ordinal), ("Logging__Console__FormatterName", "json"));

        var events = lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var started = Assert.Single(events, entry => entry.GetProperty("State").TryGetProperty("Console", out _)).GetProperty("State");
        Assert.StartsWith("http://127.0.0.1:", started.GetProperty("Console").GetString(), StringComparison.Ordinal);
        Assert.Equal(Path.Combine(folder.Path, "data", "notify.db"), started.GetProperty("Data").GetString());
        Assert.Equal(ProductVersion.Current.Number, started.GetProperty("Version").GetString());
        Assert.All(events, entry => Assert.True(IsTime(entry.GetProperty("Timestamp").GetString()!)));
    }

    [Fact]
    public async Task With_the_setting_every_line_until_the_end_is_an_object_with_the_name_of_its_event()
    {
        using var folder = new TemporaryFolder();
        var lines = await RunAsync(
            folder.Path,
            line => line.Contains("NOTIFICATION_KEY", StringComparison.Ordinal),
            ("NOTIFY_LOG", "json"),
            ("Logging__LogLevel__Default", "Debug"),
            ("Logging__LogLevel__Akka", "Debug"));

        var events = lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.All(events, entry =>
        {
            Assert.True(IsTime(entry.GetProperty("time").GetString()!));
            Assert.Equal(
                ["time", "level", "category", "event", "message"], entry.EnumerateObject().Take(5).Select(property => property.Name));
        });
        var started = Assert.Single(events, entry => entry.GetProperty("event").GetString() == "Started");
        Assert.Equal(ProductVersion.Current.Number, started.GetProperty("version").GetString());
        Assert.Equal((1, 1), (started.GetProperty("nodes").GetInt32(), started.GetProperty("secrets").GetInt32()));
        Assert.Contains(events, entry => entry.GetProperty("event").GetString() == "Stopped");
    }

    [Fact]
    public async Task With_the_setting_a_start_that_fails_is_an_object_too()
    {
        var end = await ServerProgram.RunAsync([], [("NOTIFY_LOG", "json"), ("NOTIFY_MAX_BODY", "2mb"), ("PORT", "x")]);

        Assert.Equal((2, ""), (end.Code, end.Output));
        using var line = JsonDocument.Parse(end.Error);
        Assert.Equal("StartFailed", line.RootElement.GetProperty("event").GetString());
        var message = line.RootElement.GetProperty("message").GetString()!;
        Assert.Contains("NOTIFY_MAX_BODY=2mb", message, StringComparison.Ordinal);
        Assert.Contains("PORT=x", message, StringComparison.Ordinal);
    }

    private static bool Starts(string line) => line.Length > 24 && IsTime(line[..24]);

    private static bool IsTime(string text) =>
        DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    // Runs the program until a line shows that it is ready, then stops it. Returns all lines.
    private static async Task<IReadOnlyList<string>> RunAsync(
        string folder, Func<string, bool> isUp, params (string Name, string Value)[] environment)
    {
        using var process = ServerProgram.Start(
            [], [("PORT", "0"), ("NOTIFY_HOST", "127.0.0.1"), .. environment], folder);
        try
        {
            var error = process.StandardError.ReadToEndAsync();
            var lines = new List<string>();
            var isAsked = false;
            while (await process.StandardOutput.ReadLineAsync().Soon() is { } line)
            {
                lines.Add(line);
                if (!isAsked && isUp(line))
                {
                    isAsked = true;
                    using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
                    await kill.WaitForExitAsync();
                }
            }

            await process.WaitForExitAsync().Soon();
            Assert.Equal((0, ""), (process.ExitCode, await error));
            return lines;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
