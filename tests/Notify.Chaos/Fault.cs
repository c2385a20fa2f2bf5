namespace Notify.Chaos;

/// <summary>Something that happened to the cluster.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Victims">To whom.</param>
/// <param name="Failover">How long until sends to every channel succeeded again.</param>
internal sealed record Fault(string Kind, string Victims, TimeSpan Failover);
