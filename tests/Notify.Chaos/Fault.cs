namespace Notify.Chaos;

/// <summary>Represents a fault that was injected into the cluster.</summary>
/// <param name="Kind">The kind of fault.</param>
/// <param name="Victims">The affected nodes.</param>
/// <param name="Failover">The time until publishes to every channel succeeded again.</param>
internal sealed record Fault(string Kind, string Victims, TimeSpan Failover);
