using System.Diagnostics;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.Messages;
using Notify.Protocol;

namespace Notify.Server.Operators;

/// <summary>Finds out what happened to notifications: it asks all nodes what they remember, and the history what it has.</summary>
/// <param name="node">The node.</param>
internal sealed class TrailReader(BrokerNode node)
{
    // One request may publish to many channels.
    private const int MaxChannels = 10;

    // An operator waits a second for a node that does not answer, and half a second more for a channel that it owns.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(1);

    private static readonly OperatorJson Json = OperatorJson.Readable;

    /// <summary>Returns what happened to the notifications of one request to publish, for each of its channels.</summary>
    /// <param name="id">The id of the notification.</param>
    /// <param name="isAllowed">Whether the caller may see a channel.</param>
    public async Task<NotificationsAnswer> FindAsync(string id, Func<string, bool> isAllowed)
    {
        var (report, silent) = await AskAsync(new TrailQuestion(id, null, null));
        var channels = report.Sends.Select(static send => send.Channel)
            .Concat(report.Deliveries.Select(static delivery => delivery.Channel))
            .Distinct(StringComparer.Ordinal)
            .Where(isAllowed)
            .Take(MaxChannels);
        var trails = await Task.WhenAll(channels.Select(channel => CompleteAsync(
            new TrailReport(
                [.. report.Sends.Where(send => send.Channel == channel)],
                [.. report.Deliveries.Where(delivery => delivery.Channel == channel)],
                [],
                report.KnownSince),
            id,
            channel,
            silent)));
        return new NotificationsAnswer(trails, silent);
    }

    /// <summary>Returns what happened to the newest notifications of a channel, those that were refused included.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="limit">The largest number of notifications.</param>
    /// <param name="since">The time before which they are left out; null for none.</param>
    public async Task<NotificationsAnswer> ListAsync(string channel, int limit, DateTimeOffset? since)
    {
        var history = ReadNewestAsync(channel, limit);
        var (report, silent) = await AskAsync(new TrailQuestion(null, channel, null));
        var kept = await history;
        var trails = Kept(channel, kept, report)
            .Concat(Remembered(channel, kept, report))
            .Concat(report.Sends.Where(static send => !send.IsAccepted).Select(send => Refused(channel, send)))
            .Where(trail => since is null || trail.At is null || trail.At >= since)
            .OrderByDescending(static trail => trail.At)
            .ThenByDescending(static trail => trail.Offset)
            .Take(limit);
        return new NotificationsAnswer([.. trails.Select(trail => TrailSummary.Complete(trail, report.KnownSince))], silent);
    }

    // A page of the history ends at a size, and the oldest come first: the newest may be some pages further.
    private async Task<FetchedHistory?> ReadNewestAsync(string channel, int limit)
    {
        var began = Stopwatch.GetTimestamp();
        var first = await node.Queries.HistoryAsync(channel, null, limit, LongPatience);
        var all = first?.Notifications?.ToList();
        while (all is [.., { Position: var last }] && last.Offset < first!.Head.Offset && all.Count < limit)
        {
            var left = LongPatience - Stopwatch.GetElapsedTime(began);
            var next = left > TimeSpan.Zero
                ? await node.Queries.HistoryAsync(channel, new Since.After(last.Epoch, last.Offset), limit - all.Count, left)
                : null;
            if (next?.Notifications is not { Count: > 0 } more)
            {
                break;
            }

            all.AddRange(more);
        }

        return first is null ? null : first with { Notifications = all };
    }

    private static IEnumerable<NotificationTrail> Kept(string channel, FetchedHistory? history, TrailReport report) =>
        (history?.Notifications ?? []).Select(notification => Describe(
            channel,
            notification.Id.ToString(),
            notification.Position,
            DateTimeOffset.FromUnixTimeMilliseconds(notification.At),
            "kept",
            report));

    // What the nodes remember and the history no longer has, or could not be read.
    private static IEnumerable<NotificationTrail> Remembered(string channel, FetchedHistory? history, TrailReport report)
    {
        var ids = (history?.Notifications ?? [])
            .Select(static notification => notification.Id.ToString())
            .ToHashSet(StringComparer.Ordinal);
        return report.Sends
            .Where(send => send.IsAccepted && send.Offset is not null && !ids.Contains(send.Id!))
            .DistinctBy(static send => send.Id)
            .Select(send => Describe(
                channel, send.Id!, new Position(send.Epoch!, send.Offset!.Value), send.At, StateOf(history, send), report));
    }

    private static string StateOf(FetchedHistory? history, TrailSend send) =>
        history is null ? "unknown"
        : send.Epoch != history.Head.Epoch || send.Offset <= history.From.Offset ? "trimmed"
        : "kept";

    private static NotificationTrail Describe(
        string channel, string id, Position position, DateTimeOffset at, string history, TrailReport report) => new()
        {
            Id = id,
            Channel = channel,
            Epoch = position.Epoch,
            Offset = position.Offset,
            At = at,
            State = "",
            Summary = "",
            History = history,
            Sends = [.. report.Sends.Where(send => send.Id == id)],
            Deliveries = [.. report.Deliveries.Where(delivery => delivery.Id == id)],
            Replays =
            [
                .. report.Replays.Where(replay => replay.From <= position.Offset && replay.To >= position.Offset && replay.At >= at),
            ],
        };

    private static NotificationTrail Refused(string channel, TrailSend send) => new()
    {
        Channel = channel,
        At = send.At,
        State = "",
        Summary = "",
        History = "unknown",
        Sends = [send],
        Deliveries = [],
        Replays = [],
    };

    private async Task<NotificationTrail> CompleteAsync(
        TrailReport report, string id, string channel, IReadOnlyList<string> silent)
    {
        var offset = report.Sends.Select(static send => send.Offset)
            .Concat(report.Deliveries.Select(static delivery => (long?)delivery.Offset))
            .FirstOrDefault(static offset => offset is not null);
        var at = report.Sends.Select(static send => send.At).Concat(report.Deliveries.Select(static delivery => delivery.At)).Min();
        if (offset is not { } known)
        {
            // A socket's own room has no history.
            var trail = Describe(channel, id, new Position("", 0), at, "unknown", report);
            return TrailSummary.Complete(trail with { Epoch = null, Offset = null }, report.KnownSince);
        }

        var replays = AskAsync(new TrailQuestion(null, channel, known), silent);
        var epoch = report.Sends.Select(static send => send.Epoch).FirstOrDefault(static epoch => epoch is not null)
            ?? (await node.Queries.FindAsync(channel)).Head?.Epoch
            ?? "";
        var history = await node.Queries.HistoryAsync(channel, new Since.After(epoch, known - 1), 1, Patience);
        var state = history is null ? "unknown"
            : history.Notifications is [{ } first, ..] && first.Id.ToString() == id ? "kept"
            : "trimmed";
        var replayed = (await replays).Report;
        return TrailSummary.Complete(
            Describe(channel, id, new Position(epoch, known), at, state, report with { Replays = replayed.Replays }),
            Math.Max(report.KnownSince, replayed.KnownSince));
    }

    private async Task<(TrailReport Report, IReadOnlyList<string> Silent)> AskAsync(
        TrailQuestion question, IReadOnlyList<string>? except = null)
    {
        var (answers, silent) = await node.Nodes.AskAllAsync(
            NodeReports.Trail, question, Json.TrailQuestion, Json.TrailReport, except);
        var reports = answers.Select(static answer => answer.Value).ToList();
        return (
            new TrailReport(
                [.. reports.SelectMany(static report => report.Sends)],
                [.. reports.SelectMany(static report => report.Deliveries)],
                [.. reports.SelectMany(static report => report.Replays)],
                reports.Max(static report => report.KnownSince)),
            silent);
    }
}
