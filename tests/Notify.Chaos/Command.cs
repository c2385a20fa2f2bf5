using System.Diagnostics;

namespace Notify.Chaos;

/// <summary>Runs short commands of the system.</summary>
internal static class Command
{
    /// <summary>Runs a bash script, which ends at the first line that fails.</summary>
    /// <exception cref="InvalidOperationException">The script failed. The message contains its output.</exception>
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

    /// <summary>Starts a script in a session of its own, so that it continues after this process has ended.</summary>
    public static void Leave(string script)
    {
        using var process = Start("setsid", "bash", "-c", $"exec </dev/null >/dev/null 2>&1\n{script}");
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
}
