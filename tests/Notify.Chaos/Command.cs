using System.Diagnostics;

namespace Notify.Chaos;

/// <summary>A program of the system that does one thing and ends.</summary>
internal static class Command
{
    /// <summary>Runs a script of bash, which ends at the first line that fails.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public static void Run(string script)
    {
        using var process = Start("bash", "-euc", script);
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{script}\n{error}");
        }
    }

    /// <summary>Starts a script that goes on when this process has ended, in a session of its own.</summary>
    public static void Leave(string script)
    {
        using var process = Start("setsid", "bash", "-c", $"exec </dev/null >/dev/null 2>&1\n{script}");
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
}
