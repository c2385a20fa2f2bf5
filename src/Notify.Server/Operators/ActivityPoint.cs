namespace Notify.Server.Operators;

/// <summary>Describes what happened in one second.</summary>
/// <param name="At">The end of the second.</param>
/// <param name="Connections">The number of open connections.</param>
/// <param name="Sends">The requests to publish that were accepted.</param>
/// <param name="Failed">The requests to publish that failed because of the server.</param>
/// <param name="Deliveries">The notifications that were queued for clients.</param>
/// <param name="DelayP99Ms">
/// The time from acceptance or arrival to the write, which 99 of 100 measured notifications did not exceed, in milliseconds; null when none
/// was measured.
/// </param>
public sealed record ActivityPoint(
    DateTimeOffset At, long Connections, long Sends, long Failed, long Deliveries, double? DelayP99Ms);
