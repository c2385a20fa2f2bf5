using System.Diagnostics.Metrics;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;

namespace Notify.Broker.Metrics;

/// <summary>Provides the metrics of inboxes.</summary>
public sealed class InboxMetrics
{
    private const string Result = "result";
    private const string Unavailable = "unavailable";

    private readonly Counter<long> _marks;
    private readonly Histogram<long> _size;
    private Func<long> _watched = static () => 0;

    internal InboxMetrics(Meter meter)
    {
        _marks = meter.CreateCounter<long>("notify.inbox.marks", "{request}", "Requests to mark items, by result.");
        _size = meter.Numbers(
            "notify.inbox.state.size",
            "By",
            "Sizes of the marks of inboxes when they change.",
            [16, 32, 64, 128, 256, 512, 1024, 4096, 16384]);
        meter.Gauge(
            "notify.inbox.watched", "{inbox}", "Inboxes of this node's channels whose state some client is told.", () => _watched());
    }

    /// <summary>Sets the source of the number of inboxes of this node whose state some client is told.</summary>
    public void ObserveWatched(Func<long> watched) => _watched = watched;

    /// <summary>Counts a request to mark items that was answered; null when it was not answered in time.</summary>
    public void Marked(InboxMarked? marked) => Refused(marked?.Outcome switch
    {
        InboxMarkOutcome.Marked => marked.Changed > 0 ? "marked" : "unchanged",
        InboxMarkOutcome.NotInbox => "not_inbox",
        InboxMarkOutcome.StaleEpoch => "stale_epoch",
        InboxMarkOutcome.Limit => "limit",
        _ => Unavailable,
    });

    /// <summary>Counts a request to mark items that does not reach an inbox, such as <c>bad_mark</c>.</summary>
    public void Refused(string result) => _marks.Add(1, Instruments.Tag(Result, result));

    /// <summary>Records the size of the marks of an inbox, in bytes.</summary>
    public void Saved(int bytes) => _size.Record(bytes);

    internal void BeginSeries() => _marks.Begin(Instruments.Tag(Result, Unavailable));
}
