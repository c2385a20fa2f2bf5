namespace Notify.Chaos;

/// <summary>Holds the deliveries to one client of a channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Told">The notifications, in order.</param>
/// <param name="Losses">The number of reports of lost history.</param>
/// <param name="Complaints">The deliveries that did not follow the previous ones.</param>
internal sealed record DeliveryReport(string Channel, IReadOnlyCollection<string> Told, int Losses, IReadOnlyCollection<string> Complaints);
