namespace Notify.Server.Commands;

/// <summary>Configures a run of <c>bench</c>.</summary>
internal sealed record BenchOptions
{
    public required Uri Url { get; init; }

    public required string Secret { get; init; }

    public required string Key { get; init; }

    public string? Token { get; init; }

    public required int Connections { get; init; }

    public required int Channels { get; init; }

    public required int Senders { get; init; }

    /// <summary>Gets the sends a second of all senders together; 0 for as many as possible.</summary>
    public required int Rate { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>Gets the length of a notification, in bytes.</summary>
    public required int Bytes { get; init; }
}
