namespace Notify.Chaos;

/// <summary>A send that was answered 200.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Id">The notification, which no other send has.</param>
internal sealed record Accepted(string Channel, string Id);
