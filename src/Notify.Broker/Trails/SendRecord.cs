using Notify.Broker.Channels;

namespace Notify.Broker.Trails;

/// <summary>Records how this node answered a request to publish, for one of its channels.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Id">The id of the notification; null when the request was refused.</param>
/// <param name="Position">The position of the notification; null when there is none.</param>
/// <param name="At">When the request was answered, in Unix milliseconds.</param>
/// <param name="Milliseconds">How long the answer took.</param>
/// <param name="Backend">The name of the backend's secret.</param>
/// <param name="Outcome">How it was answered, as the metric <c>notify.send.requests</c> names it.</param>
public sealed record SendRecord(
    string Channel, PublishId? Id, Position? Position, long At, int Milliseconds, string Backend, string Outcome)
{
    /// <summary>The memory of a record, in bytes, with a name of average length.</summary>
    internal const int Cost = 240;
}
