namespace Notify.Chaos;

/// <summary>Represents a publish that was answered with 200.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Id">The notification, which no other publish has.</param>
internal sealed record Accepted(string Channel, string Id);
