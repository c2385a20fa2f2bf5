using System.Diagnostics;
using System.Globalization;

namespace Notify.Storage.Tests;

/// <summary>Finds the processes of a server, and sends them signals.</summary>
internal static class ProcessTree
{
    /// <summary>
    /// Returns a process and its children. Each of PostgreSQL's processes is in a session of its own, so no process group contains all of
    /// them.
    /// </summary>
    public static List<int> Of(int parent)
    {
        var children = Directory.GetDirectories("/proc").Select(
            path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && StatOf(id) is { } stat && int.Parse(stat[1], CultureInfo.InvariantCulture) == parent);
        return [parent, .. children];
    }

    /// <summary>Sends a signal to processes.</summary>
    public static void Signal(string name, List<int> processes)
    {
        foreach (var id in processes)
        {
            // A process that has ended in the meantime needs no signal.
            using var kill =
                Process.Start(
                    new ProcessStartInfo("kill", [$"-{name}", $"{id}"]) { RedirectStandardError = true, UseShellExecute = false })!;
            kill.WaitForExit();
        }
    }

    /// <summary>Returns the state of a process; null when it does not exist.</summary>
    public static char? StateOf(int id) => StatOf(id)?[0][0];

    // After the name in parentheses: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html.
    private static string[]? StatOf(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
