namespace Notify.Chaos;

/// <summary>What one client was told of its channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Told">The notifications, in order.</param>
/// <param name="Losses">How often it heard that something is lost.</param>
/// <param name="Complaints">What did not follow what it was told before.</param>
internal sealed record DeliveryReport(string Channel, IReadOnlyCollection<string> Told, int Losses, IReadOnlyCollection<string> Complaints);
