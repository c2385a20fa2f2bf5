using System.Diagnostics;

namespace Notify.Server.Tests.Support;

/// <summary>Runs the program in a process of its own, whose environment contains only the test's settings of Notify.</summary>
internal static class ServerProgram
{
    private static readonly string[] Ours = ["PORT", "NOTIFY", "NOTIFICATION", "SSL_", "LOGGING__", "OTEL_"];

    /// <summary>Runs the program to its end.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Its settings.</param>
    /// <param name="folder">Its working directory; null for that of this process.</param>
    /// <param name="program">The folder of its files; null for those beside this assembly.</param>
    /// <param name="input">Its standard input; null for that of this process.</param>
    public static async Task<ProgramEnd> RunAsync(
        string[] arguments,
        IEnumerable<(string Name, string Value)>? environment = null,
        string? folder = null,
        string? program = null,
        string? input = null)
    {
        using var process = Start(arguments, environment, folder, program, hasInput: input is not null);
        try
        {
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input);
                process.StandardInput.Close();
            }

            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().Soon();
            return new ProgramEnd(process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Starts the program.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Its settings.</param>
    /// <param name="folder">Its working directory; null for that of this process.</param>
    /// <param name="program">The folder of its files; null for those beside this assembly.</param>
    /// <param name="hasInput">Whether the test writes its standard input.</param>
    public static Process Start(
        string[] arguments,
        IEnumerable<(string Name, string Value)>? environment = null,
        string? folder = null,
        string? program = null,
        bool hasInput = false)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(program ?? AppContext.BaseDirectory, "Notify.Server.dll"), .. arguments])
        {
            WorkingDirectory = folder ?? "",
            UseShellExecute = false,
            RedirectStandardInput = hasInput,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static bool IsOurs(string name) => Ours.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Holds the result of a run of the program.</summary>
internal sealed record ProgramEnd(int Code, string Output, string Error);
