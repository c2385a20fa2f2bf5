using Notify.Server.Operators;

namespace Notify.Server.Tests.Operators;

public sealed class TrailSummaryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_notification_that_was_written_is_delivered() => Check(
        NewTrail([Send("accepted")], [Delivery("n1", 2, 2), Delivery("n2", 1, 0)]),
        "delivered",
        "Written to 2 of 3 sockets on 2 nodes. Written does not mean seen by a person.");

    [Fact]
    public void A_client_that_came_back_has_it() => Check(
        NewTrail([Send("accepted")], [], replays: 1),
        "delivered",
        "Sent again to 1 client that came back. Written does not mean seen by a person.");

    [Fact]
    public void More_than_a_hundred_sockets_are_not_counted() => Check(
        NewTrail([Send("accepted")], [Delivery("n1", 101, null)]),
        "delivered",
        "Queued for 101 sockets on 1 node; above 100 sockets writes are not counted. Written does not mean seen by a person.");

    [Fact]
    public void What_clients_do_not_read_is_queued() => Check(
        NewTrail([Send("accepted")], [Delivery("n1", 1, 0)]),
        "queued",
        "Queued for 1 socket on 1 node, but not written yet: the clients do not read.");

    [Fact]
    public void What_no_client_has_received_waits_in_the_history() => Check(
        NewTrail([Send("accepted")], []),
        "waiting",
        "Stored, but no client has received it yet. A client that joins the channel from an earlier position receives it.");

    [Fact]
    public void A_socket_that_ended_before_the_write_has_received_nothing() =>
        Check(NewTrail([Send("accepted")], [Delivery("n1", 1, 0, dropped: 1)]), "waiting", null);

    [Fact]
    public void What_the_history_no_longer_has_is_trimmed() => Check(
        NewTrail([Send("accepted")], [], history: "trimmed"),
        "trimmed",
        "No client has received it, and the history no longer has it: it was older than NOTIFY_HISTORY_TTL or beyond NOTIFY_HISTORY_SIZE; "
            + "for an inbox NOTIFY_INBOX_TTL and NOTIFY_INBOX_SIZE.");

    [Theory]
    [InlineData("refused", "403: the secret may not publish to this channel")]
    [InlineData("overload", "503: the server had too much to do")]
    [InlineData("unavailable", "503: it was not known to be stored")]
    public void A_request_that_was_not_accepted_is_refused(string outcome, string reason) => Check(
        NewTrail([Send(outcome)], [], history: "unknown"),
        "refused",
        $"Not stored: the request with the secret shop was answered {reason}.");

    [Fact]
    public void A_request_with_an_unknown_result_is_delivered_after_all() =>
        Check(NewTrail([Send("unavailable")], [Delivery("n1", 1, 1)]), "delivered", null);

    [Fact]
    public void What_nobody_remembers_is_unknown() => Check(
        NewTrail([], [], history: "unknown"), "unknown", "The nodes that answered do not remember what happened to it.");

    [Theory]
    [InlineData("kept")]
    [InlineData("trimmed")]
    public void What_clients_received_before_the_nodes_can_remember_is_unknown(string history)
    {
        var trail = NewTrail([Send("accepted")], [], history: history);

        var complete = TrailSummary.Complete(trail, Noon.AddMinutes(1).ToUnixTimeMilliseconds());

        Assert.Equal("unknown", complete.State);
    }

    private static void Check(NotificationTrail trail, string state, string? summary)
    {
        var complete = TrailSummary.Complete(trail, knownSince: 0);
        Assert.Equal(state, complete.State);
        Assert.Equal(summary ?? complete.Summary, complete.Summary);
    }

    private static TrailSend Send(string outcome) =>
        new() { Channel = "c", At = Noon, DurationMs = 1, Secret = "shop", Outcome = outcome };

    private static TrailDelivery Delivery(string node, int sockets, int? written, int dropped = 0) => new()
    {
        Node = node,
        Id = "i",
        Channel = "c",
        Offset = 1,
        At = Noon,
        Sockets = sockets,
        Written = written,
        Dropped = written is null ? null : dropped,
    };

    private static NotificationTrail NewTrail(
        IReadOnlyList<TrailSend> sends, IReadOnlyList<TrailDelivery> deliveries, int replays = 0, string history = "kept") => new()
        {
            Channel = "c",
            At = Noon,
            State = "",
            Summary = "",
            History = history,
            Sends = sends,
            Deliveries = deliveries,
            Replays = [.. Enumerable.Range(0, replays).Select(static _ => new TrailReplay { Channel = "c", From = 1, To = 1, At = Noon })],
        };
}
