namespace Notify.Storage;

/// <summary>What a store keeps, and how much may wait for it.</summary>
public sealed record StoreOptions
{
    /// <summary>How many notifications a channel keeps, by count; none younger than <see cref="Grace"/> is taken away for it.</summary>
    public int HistorySize { get; init; } = 100;

    /// <summary>How long a notification is kept.</summary>
    public TimeSpan HistoryTtl { get; init; } = TimeSpan.FromDays(7);

    /// <summary>What the store may take on its disk, in bytes; the oldest notifications go first.</summary>
    public long StoreMax { get; init; } = 10L << 30;

    /// <summary>How long a send may be asked again, and so has to be known to the next owner of its channel.</summary>
    public TimeSpan SendWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the count does not apply: a relay that lost its link for seconds must still find what it missed.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What may wait to be written, in bytes; sends beyond it are refused.</summary>
    public long MaxBacklog { get; init; } = 32L << 20;

    /// <summary>How often what is too much or too old is looked for.</summary>
    public TimeSpan TrimInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a channel is known after its last notification is gone, so that a position that is still held somewhere is known for old.</summary>
    public TimeSpan Afterlife { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long to wait for another process to let go of the file, or for a server that is not up yet.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait before a store that failed is tried again.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How many notifications SQLite has in its tail before they are folded into their place.</summary>
    public int TailRows { get; init; } = 16_384;

    /// <summary>How much SQLite has in its tail, in bytes, before it is folded.</summary>
    public long TailBytes { get; init; } = 8L << 20;

    /// <summary>How long a notification is in SQLite's tail before it is folded.</summary>
    public TimeSpan TailAge { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long it takes at most until SQLite looks through all channels again for what is too old; it has no index of that.</summary>
    public TimeSpan LongestPass { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a jump of the wall's clock has to stay before anything is deleted because of it.</summary>
    public TimeSpan ClockSettling { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The clocks.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How exactly it is noted when a channel was last in use, which is not worth a write each time.</summary>
    internal TimeSpan AliveGrain => Afterlife / 24;
}
