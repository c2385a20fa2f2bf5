using System.Globalization;

namespace Notify.Server.Limits;

/// <summary>Reads how many file descriptors this process may have open (RLIMIT_NOFILE). The runtime has raised it to the hard limit when it started.</summary>
internal static class DescriptorLimit
{
    // What the runtime, the store, the log and the cluster have open or will open: about 250 when a node has started, and room beside it.
    private const int ReserveAlone = 384;
    private const int ReserveInCluster = 512;

    // Fewer are no server.
    private const int LeastSockets = 32;

    /// <summary>The limit; null where there is none, or where the system does not say.</summary>
    public static int? Read()
    {
        const string path = "/proc/self/limits";
        return OperatingSystem.IsLinux() && File.Exists(path) ? Parse(File.ReadLines(path)) : null;
    }

    /// <summary>Reads the limit from the lines of <c>/proc/self/limits</c>.</summary>
    public static int? Parse(IEnumerable<string> lines)
    {
        const string name = "Max open files";
        var line = lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        var soft = line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit < int.MaxValue ? (int)limit : null;
    }

    /// <summary>How many of <paramref name="limit"/> descriptors may be sockets: what is left when the rest of the process has its own.</summary>
    public static int SocketsOf(int? limit, bool isClustered) =>
        limit is { } most ? Math.Max(most - (isClustered ? ReserveInCluster : ReserveAlone), LeastSockets) : int.MaxValue;
}
