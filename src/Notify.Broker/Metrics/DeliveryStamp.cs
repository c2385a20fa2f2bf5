using System.Diagnostics;
using System.Runtime.InteropServices;
using Notify.Broker.Tracing;

namespace Notify.Broker.Metrics;

/// <summary>
/// Represents the moment from which the duration of a delivery counts, on this node's clock: the acceptance of the notification on the
/// node of its owner, its arrival on the others.
/// </summary>
/// <param name="At">A timestamp of <see cref="Stopwatch"/>; 0 for none.</param>
/// <param name="IsReceived">Whether the notification arrived from another node.</param>
/// <param name="Trace">The span to which the delivery belongs; null for a publish that is not sampled.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DeliveryStamp(long At, bool IsReceived, TraceContext? Trace = null)
{
    /// <summary>Returns the stamp of a notification that is accepted now.</summary>
    public static DeliveryStamp Accepted => new(Stopwatch.GetTimestamp(), IsReceived: false);

    /// <summary>Returns the stamp of a notification that arrives now.</summary>
    public static DeliveryStamp Received => new(Stopwatch.GetTimestamp(), IsReceived: true);
}
