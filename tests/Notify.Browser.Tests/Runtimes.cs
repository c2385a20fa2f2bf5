using System.Diagnostics;

namespace Notify.Browser.Tests;

/// <summary>Runs what a snippet is written for, in a folder of its own.</summary>
internal static class Runtimes
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Writes <paramref name="text"/> to a file, runs <paramref name="command"/> on it and returns what it wrote.</summary>
    public static async Task<string> RunAsync(string text, string file, params string[] command)
    {
        var folder = Directory.CreateTempSubdirectory("notify-snippet-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, file), text);
            using var process = new Process();
            process.StartInfo = new ProcessStartInfo(command[0], [.. command[1..], file])
            {
                UseShellExecute = false,
                WorkingDirectory = folder.FullName,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };

            // Removes the variables of the build that runs these tests, because a snippet has a build of its own.
            foreach (var name in process.StartInfo.Environment.Keys.Where(name =>
                name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
                .ToArray())
            {
                process.StartInfo.Environment.Remove(name);
            }

            process.Start();
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().WaitAsync(Limit);
            var all = await output + await errors;
            Assert.True(process.ExitCode == 0, all);
            return all;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
