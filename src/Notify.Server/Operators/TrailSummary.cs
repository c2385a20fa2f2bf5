using System.Globalization;

namespace Notify.Server.Operators;

/// <summary>Says what became of a notification, from what the nodes remember and what the history has.</summary>
internal static class TrailSummary
{
    private const string Kept = "kept";
    private const string Trimmed = "trimmed";

    /// <summary>Returns the description of one notification.</summary>
    /// <param name="trail">The notification, with everything but its state and its summary.</param>
    /// <param name="knownSince">The time after which all nodes remember every delivery and every replay, in Unix milliseconds.</param>
    public static NotificationTrail Complete(NotificationTrail trail, long knownSince)
    {
        var state = StateOf(trail, trail.At is { } at && at.ToUnixTimeMilliseconds() > knownSince);
        return trail with { State = state, Summary = Sentence(trail, state) };
    }

    private static string StateOf(NotificationTrail trail, bool isKnown)
    {
        var sockets = trail.Deliveries.Sum(static delivery => delivery.Sockets);
        var dropped = trail.Deliveries.Sum(static delivery => delivery.Dropped ?? 0);

        // Writes to more than a hundred sockets are not counted. Some of so many sockets have read it.
        var written = trail.Deliveries.Sum(static delivery => delivery.Written ?? delivery.Sockets);
        return trail.Sends.Count > 0 && !trail.Sends.Any(static send => send.IsAccepted) && trail.Deliveries.Count == 0 ? "refused"
            : written > 0 || trail.Replays.Count > 0 ? "delivered"
            : trail.History == Trimmed && isKnown ? Trimmed
            : sockets > dropped ? "queued"
            : trail.History == Kept && isKnown ? "waiting"
            : "unknown";
    }

    private static string Sentence(NotificationTrail trail, string state)
    {
        var sockets = trail.Deliveries.Sum(static delivery => delivery.Sockets);
        var nodes = trail.Deliveries.Where(static delivery => delivery.Sockets > 0)
            .Select(static delivery => delivery.Node)
            .Distinct()
            .Count();
        return state switch
        {
            "refused" => string.Create(
                CultureInfo.InvariantCulture,
                $"Not stored: the request with the secret {trail.Sends[^1].Secret} was answered {ReasonOf(trail.Sends[^1].Outcome)}."),
            "delivered" => string.Join(' ', Parts(trail, sockets, nodes)),
            "queued" => $"Queued for {Count(sockets, "socket")} on {Count(nodes, "node")}, but not written yet: the clients do not read.",
            Trimmed => "No client has received it, and the history no longer has it: it was older than NOTIFY_HISTORY_TTL or beyond "
                + "NOTIFY_HISTORY_SIZE; for an inbox NOTIFY_INBOX_TTL and NOTIFY_INBOX_SIZE.",
            "waiting" => "Stored, but no client has received it yet. A client that joins the channel from an earlier position receives it.",
            _ => "The nodes that answered do not remember what happened to it.",
        };
    }

    private static IEnumerable<string> Parts(NotificationTrail trail, int sockets, int nodes)
    {
        var written = trail.Deliveries.Sum(static delivery => delivery.Written ?? 0);
        if (trail.Deliveries.Any(static delivery => delivery.Written is null))
        {
            yield return $"Queued for {Count(sockets, "socket")} on {Count(nodes, "node")}; above 100 sockets writes are not counted.";
        }
        else if (sockets > 0)
        {
            yield return $"Written to {written} of {Count(sockets, "socket")} on {Count(nodes, "node")}.";
        }

        if (trail.Replays.Count > 0)
        {
            yield return $"Sent again to {Count(trail.Replays.Count, "client")} that came back.";
        }

        yield return "Written does not mean seen by a person.";
    }

    private static string ReasonOf(string outcome) => outcome switch
    {
        "refused" => "403: the secret may not publish to this channel",
        "overload" => "503: the server had too much to do",
        _ => "503: it was not known to be stored",
    };

    private static string Count(int number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");
}
