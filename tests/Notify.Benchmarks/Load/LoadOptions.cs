namespace Notify.Benchmarks.Load;

/// <summary>What a run does, and to whom.</summary>
internal sealed record LoadOptions
{
    /// <summary>The servers; connections and sends are spread over them in turn.</summary>
    public required IReadOnlyList<Uri> Urls { get; init; }

    /// <summary>NOTIFICATION_KEY of the server.</summary>
    public required string Key { get; init; }

    /// <summary>NOTIFICATION_SECRET of the server.</summary>
    public required string Secret { get; init; }

    /// <summary>How connections speak.</summary>
    public required IDialect Dialect { get; init; }

    /// <summary>How many connections there are; each joins one channel.</summary>
    public required int Connections { get; init; }

    /// <summary>How many channels there are; beyond the connections they have no listeners.</summary>
    public required int Channels { get; init; }

    /// <summary>How many backends send, each with one request at a time.</summary>
    public required int Publishers { get; init; }

    /// <summary>Sends a second, all backends together; 0: each sends again when it is answered.</summary>
    public required double Rate { get; init; }

    /// <summary>The length of a notification, in bytes.</summary>
    public required int Bytes { get; init; }

    /// <summary>What is sent before it counts.</summary>
    public required TimeSpan Warmup { get; init; }

    /// <summary>How long what is sent counts.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How many handshakes are under way at once.</summary>
    public required int Handshakes { get; init; }

    /// <summary>The server's processes, where they run on this host and are to be watched.</summary>
    public IReadOnlyList<int> Processes { get; init; } = [];

    /// <summary>Where the report goes as JSON; null: nowhere.</summary>
    public FileInfo? Json { get; init; }
}
