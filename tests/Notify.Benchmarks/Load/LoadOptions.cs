namespace Notify.Benchmarks.Load;

/// <summary>Configures a run.</summary>
internal sealed record LoadOptions
{
    /// <summary>Gets the servers, to which connections and publishes are assigned in turn.</summary>
    public required IReadOnlyList<Uri> Urls { get; init; }

    /// <summary>Gets NOTIFICATION_KEY of the server.</summary>
    public required string Key { get; init; }

    /// <summary>Gets NOTIFICATION_SECRET of the server.</summary>
    public required string Secret { get; init; }

    /// <summary>Gets the protocol of the connections.</summary>
    public required IDialect Dialect { get; init; }

    /// <summary>Gets the number of connections, each of which joins one channel.</summary>
    public required int Connections { get; init; }

    /// <summary>Gets the number of channels. Channels beyond the number of connections have no listeners.</summary>
    public required int Channels { get; init; }

    /// <summary>Gets the number of backends that publish, each with one request at a time.</summary>
    public required int Publishers { get; init; }

    /// <summary>Gets the publishes per second of all backends together; 0: each publishes again after the response.</summary>
    public required double Rate { get; init; }

    /// <summary>Gets the length of a notification, in bytes.</summary>
    public required int Bytes { get; init; }

    /// <summary>Gets the warm-up time, whose publishes do not count.</summary>
    public required TimeSpan Warmup { get; init; }

    /// <summary>Gets how long publishes count.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Gets the number of concurrent handshakes.</summary>
    public required int Handshakes { get; init; }

    /// <summary>Gets the server's processes to measure, if they run on this host.</summary>
    public IReadOnlyList<int> Processes { get; init; } = [];

    /// <summary>Gets the file for the report as JSON; null for none.</summary>
    public FileInfo? Json { get; init; }
}
