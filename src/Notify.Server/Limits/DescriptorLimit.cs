using System.Globalization;

namespace Notify.Server.Limits;

/// <summary>
/// Reads the limit of file descriptors of this process (RLIMIT_NOFILE). The runtime raises it to the hard limit at its start.
/// </summary>
internal static class DescriptorLimit
{
    // The descriptors of the runtime, the store, the log and the cluster: about 250 after a node's start, and some reserve.
    private const int ReserveAlone = 384;
    private const int ReserveInCluster = 512;

    // A server needs at least this many.
    private const int LeastSockets = 32;

    /// <summary>Returns the limit; null when there is none or it is unknown.</summary>
    public static int? Read()
    {
        const string path = "/proc/self/limits";
        return OperatingSystem.IsLinux() && File.Exists(path) ? Parse(File.ReadLines(path)) : null;
    }

    /// <summary>Parses the limit from the lines of <c>/proc/self/limits</c>.</summary>
    public static int? Parse(IEnumerable<string> lines)
    {
        const string name = "Max open files";
        var line = lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        var soft = line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit < int.MaxValue
            ? (int)limit
            : null;
    }

    /// <summary>
    /// Returns the number of <paramref name="limit"/> descriptors that sockets may use, after the reserve for the rest of the process.
    /// </summary>
    public static int SocketsOf(int? limit, bool isClustered) =>
        limit is { } most ? Math.Max(most - (isClustered ? ReserveInCluster : ReserveAlone), LeastSockets) : int.MaxValue;
}
