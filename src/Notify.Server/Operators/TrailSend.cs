namespace Notify.Server.Operators;

/// <summary>Describes how a node answered a request to publish.</summary>
public sealed record TrailSend
{
    /// <summary>Gets the name of the node.</summary>
    public string Node { get; init; } = "";

    /// <summary>Gets the channel.</summary>
    public required string Channel { get; init; }

    /// <summary>Gets the id of the notification; null when it was refused.</summary>
    public string? Id { get; init; }

    /// <summary>Gets the epoch of its position; null when it has none.</summary>
    public string? Epoch { get; init; }

    /// <summary>Gets the offset of its position; null when it has none.</summary>
    public long? Offset { get; init; }

    /// <summary>Gets when the request was answered.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets how long the answer took, in milliseconds.</summary>
    public required int DurationMs { get; init; }

    /// <summary>Gets the name of the secret.</summary>
    public required string Secret { get; init; }

    /// <summary>
    /// Gets the outcome: <c>accepted</c>, <c>duplicate</c>, <c>refused</c> (403), <c>unavailable</c> or <c>overload</c> (503).
    /// </summary>
    public required string Outcome { get; init; }

    /// <summary>Gets whether the notification is stored.</summary>
    internal bool IsAccepted => Outcome is "accepted" or "duplicate";
}
