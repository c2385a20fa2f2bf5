namespace Notify.Benchmarks.Scale;

/// <summary>Holds the traffic between nodes in one scenario. Each message counts at both of its nodes.</summary>
internal sealed record ScenarioReport
{
    /// <summary>Gets the name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the simulated duration.</summary>
    public required double Seconds { get; init; }

    /// <summary>Gets the mean messages of a node per second.</summary>
    public required double MessagesPerNode { get; init; }

    /// <summary>Gets the mean bytes of a node per second.</summary>
    public required double BytesPerNode { get; init; }

    /// <summary>Gets the messages per second of the busiest node.</summary>
    public required double BusiestMessages { get; init; }

    /// <summary>Gets the bytes per second of the busiest node.</summary>
    public required double BusiestBytes { get; init; }

    /// <summary>Gets the messages of the busiest node in its busiest second.</summary>
    public required long PeakMessages { get; init; }

    /// <summary>Gets the bytes of the busiest node in its busiest second.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Gets the traffic of the cluster per second, by kind.</summary>
    public required IReadOnlyDictionary<string, Kind> Kinds { get; init; }

    /// <summary>Gets the joins that the scenario repeated, in the whole cluster.</summary>
    public long Rejoined { get; init; }

    /// <summary>Gets the publishes that were answered.</summary>
    public long Answered { get; init; }

    /// <summary>Gets the publishes that had no answer before their deadline.</summary>
    public long Failed { get; init; }

    /// <summary>Gets after how many seconds every join was answered.</summary>
    public double QuietAfter { get; init; }

    /// <summary>Holds the traffic of one kind of message.</summary>
    /// <param name="Messages">The messages per second.</param>
    /// <param name="Bytes">The bytes per second.</param>
    internal sealed record Kind(double Messages, double Bytes);
}
