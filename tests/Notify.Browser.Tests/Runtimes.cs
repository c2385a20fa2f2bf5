using System.Diagnostics;

namespace Notify.Browser.Tests;

/// <summary>Runs what a snippet is written for, in a folder of its own.</summary>
internal static class Runtimes
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Writes <paramref name="text"/> to a file, runs <paramref name="command"/> on it and returns what it wrote.</summary>
    public static async Task<string> RunAsync(string text, string file, string[] command)
    {
        var folder = Directory.CreateTempSubdirectory("notify-snippet-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, file), text);
            return await RunAsync(new ProcessStartInfo(command[0], [.. command[1..], file]) { WorkingDirectory = folder.FullName });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs a program and returns what it wrote.</summary>
    public static Task<string> RunAsync(string program, params string[] arguments) => RunAsync(new ProcessStartInfo(program, arguments));

    /// <summary>Removes the variables of the build that runs these tests, because what they start has a build of its own.</summary>
    public static void Separate(ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }
    }

    private static async Task<string> RunAsync(ProcessStartInfo start)
    {
        (start.UseShellExecute, start.RedirectStandardOutput, start.RedirectStandardError) = (false, true, true);
        Separate(start);
        using var process = new Process { StartInfo = start };
        process.Start();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Limit);
        var all = await output + await errors;
        Assert.True(process.ExitCode == 0, all);
        return all;
    }
}
