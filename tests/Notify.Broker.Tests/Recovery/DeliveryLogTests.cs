using Notify.Broker.Channels;
using Notify.Broker.Recovery;
using Notify.Protocol.SocketIo;

namespace Notify.Broker.Tests.Recovery;

public sealed class DeliveryLogTests
{
    private readonly DeliveryLog _log = new();

    [Fact]
    public void Who_received_nothing_has_what_it_had_when_it_joined()
    {
        Join("a", 7);
        Write("a", 8, 9);

        Assert.Equal(Has(("a", 7)), _log.Rewind(LastReceived.Nothing.Instance));
    }

    [Fact]
    public void Who_was_never_told_anything_resumes_from_its_joins()
    {
        Join("a", 7);
        Join("b", 0);

        Assert.Equal(Has(("a", 7), ("b", 0)), _log.Rewind(LastReceived.Nothing.Instance));
    }

    [Fact]
    public void What_follows_the_last_string_in_the_order_of_the_wire_was_missed()
    {
        Join("a", 0);
        Join("b", 10);
        Write("a", 1, 3);
        Write("b", 11, 12);
        Write("a", 4, 4);
        Write("b", 13, 13);

        Assert.Equal(Has(("a", 3), ("b", 11)), _log.Rewind(At("b", 11)));
    }

    [Fact]
    public void Going_back_forgets_so_that_what_is_told_next_is_in_order_again()
    {
        Join("a", 0);
        Join("b", 0);
        Write("a", 1, 5);
        Write("b", 1, 5);
        Assert.Equal(Has(("a", 3), ("b", 0)), _log.Rewind(At("a", 3)));

        Write("b", 1, 2);
        Write("a", 4, 5);

        Assert.Equal(Has(("a", 5), ("b", 2)), _log.Rewind(At("a", 5)));
        Assert.Equal(Has(("a", 3), ("b", 2)), _log.Rewind(At("b", 2)));
        Assert.Equal(Has(("a", 3), ("b", 0)), _log.Rewind(At("a", 3)));
    }

    [Fact]
    public void A_log_that_moved_to_another_node_goes_on_as_it_was()
    {
        Join("a", 0);
        Join("b", 10);
        Write("a", 1, 3);
        Write("b", 11, 12);
        Write("a", 4, 4);

        var moved = DeliveryLog.Load(_log.Save());

        Assert.Equal(_log.Cost, moved.Cost);
        Assert.Equal(Has(("a", 3), ("b", 11)), moved.Rewind(At("b", 11)));
        Assert.Null(moved.Join("a", hasPositions: false, out var mark));
        Assert.Null(mark);
    }

    [Fact]
    public void One_busy_channel_never_fills_the_log()
    {
        Join("a", 0);
        Write("a", 1, 100_000);

        Assert.Equal(Has(("a", 17)), _log.Rewind(At("a", 17)));
    }

    [Fact]
    public void Of_channels_in_turn_the_last_256_are_known_and_the_quiet_one_keeps_its_place()
    {
        Join("quiet", 3);
        Join("a", 0);
        Join("b", 0);
        Write("quiet", 4, 4);
        for (var n = 1; n <= 200; n++)
        {
            Write("a", n, n);
            Write("b", n, n);
        }

        Assert.Null(_log.Rewind(LastReceived.Nothing.Instance));
        Assert.Null(_log.Rewind(At("quiet", 4)));
        Assert.Null(_log.Rewind(At("b", 72)));
        Assert.Equal(Has(("quiet", 4), ("a", 73), ("b", 72)), _log.Rewind(At("a", 73)));
    }

    [Fact]
    public void A_string_that_was_not_written_is_not_known()
    {
        Join("a", 5);
        Write("a", 6, 8);

        Assert.Null(_log.Rewind(At("a", 5)));
        Assert.Null(_log.Rewind(At("a", 9)));
        Assert.Null(_log.Rewind(At("b", 6)));
        Assert.Null(_log.Rewind(new LastReceived.Position("a", "other", 6, IsAlone: true)));
        Assert.Null(_log.Rewind(LastReceived.Unknown.Instance));
        Assert.Null(_log.Rewind(new LastReceived.Mark(1)));
    }

    [Fact]
    public void A_channel_that_was_left_is_not_resumed_but_its_strings_still_say_how_far_the_client_is()
    {
        Join("a", 0);
        Join("b", 0);
        Write("a", 1, 1);
        Write("b", 1, 1);
        _log.Leave("a");
        Write("b", 2, 3);

        Assert.Equal(Has(("b", 1)), _log.Rewind(At("b", 1)));
        Assert.Equal(Has(("b", 0)), _log.Rewind(At("a", 1)));
    }

    [Fact]
    public void What_was_told_while_a_channel_was_left_is_not_missed()
    {
        Join("a", 0);
        Join("b", 0);
        Write("a", 1, 1);
        _log.Leave("a");
        Join("a", 50);
        Write("b", 1, 1);

        Assert.Equal(Has(("a", 50), ("b", 0)), _log.Rewind(At("a", 1)));
    }

    [Fact]
    public void A_join_under_way_is_not_known()
    {
        Join("a", 0);
        _log.Join("b", hasPositions: false, out _);

        Assert.Null(_log.Rewind(LastReceived.Nothing.Instance));
    }

    [Fact]
    public void The_answer_to_a_join_that_was_left_says_nothing_of_the_next()
    {
        var first = _log.Join("a", hasPositions: false, out _)!;
        _log.Leave("a");
        var second = _log.Join("a", hasPositions: false, out _)!;
        _log.Joined(first, new Position("E", 3));
        Assert.Null(_log.Rewind(LastReceived.Nothing.Instance));

        _log.Failed("a", first);
        _log.Joined(second, new Position("E", 5));

        Assert.Equal(Has(("a", 5)), _log.Rewind(LastReceived.Nothing.Instance));
    }

    [Fact]
    public void Nothing_joined_is_nothing_to_resume()
    {
        Assert.Null(_log.Rewind(LastReceived.Nothing.Instance));

        var joined = _log.Join("a", hasPositions: false, out _)!;
        _log.Failed("a", joined);

        Assert.Null(_log.Rewind(LastReceived.Nothing.Instance));
    }

    [Fact]
    public void Who_keeps_positions_itself_recovers_by_its_own_joins()
    {
        Join("a", 0);
        var own = _log.Join("b", hasPositions: true, out _)!;
        _log.Joined(own, new Position("E", 0));
        Assert.Null(_log.Rewind(LastReceived.Nothing.Instance));

        _log.Leave("b");

        Assert.Equal(Has(("a", 0)), _log.Rewind(LastReceived.Nothing.Instance));
    }

    [Fact]
    public void One_channel_is_said_to_be_alone_until_there_is_another()
    {
        Assert.NotNull(_log.Join("a", hasPositions: false, out var mark));
        Assert.Null(mark);
        Assert.StartsWith("1:", Write("a", 1), StringComparison.Ordinal);
        Assert.Null(_log.Join("a", hasPositions: false, out mark));
        Assert.Null(mark);

        Assert.NotNull(_log.Join("b", hasPositions: false, out mark));
        Assert.Same(PositionMark.Change, mark);
        _log.Record(mark!);

        Assert.StartsWith("2:", Write("a", 2), StringComparison.Ordinal);
        Assert.Null(_log.Leave("b"));
        Assert.StartsWith("2:", Write("a", 3), StringComparison.Ordinal);
    }

    [Fact]
    public void One_channel_that_is_left_is_no_longer_said()
    {
        Join("a", 0);
        Write("a", 1, 1);

        Assert.Same(PositionMark.Change, _log.Leave("a"));
        Assert.Null(_log.Leave("a"));
    }

    [Fact]
    public void A_mark_is_a_place_like_any_other()
    {
        Join("a", 0);
        Write("a", 1, 2);
        Join("b", 4);
        Write("a", 3, 3);

        Assert.Equal(Has(("a", 2), ("b", 4)), _log.Rewind(new LastReceived.Mark(1)));
    }

    [Fact]
    public void A_session_that_nobody_kept_goes_on_from_its_string()
    {
        var log = DeliveryLog.Of(new LastReceived.Position("a", "E", 7, IsAlone: true));

        Assert.Equal(Has(("a", 7)), log.Rewind(At("a", 7)));
        Assert.Null(log.Join("a", hasPositions: false, out _));
        Assert.Null(log.Rewind(LastReceived.Nothing.Instance));
        Assert.Equal(Has(("a", 7)), log.Rewind(At("a", 7)));
    }

    private static Dictionary<string, Position> Has(params (string Channel, long Offset)[] positions) =>
        positions.ToDictionary(position => position.Channel, position => new Position("E", position.Offset), StringComparer.Ordinal);

    private static LastReceived.Position At(string channel, long offset) => new(channel, "E", offset, IsAlone: true);

    private void Join(string channel, long offset)
    {
        var joined = _log.Join(channel, hasPositions: false, out var mark)!;
        if (mark is not null)
        {
            _log.Record(mark);
        }

        _log.Joined(joined, new Position("E", offset));
    }

    private void Write(string channel, long first, long last)
    {
        for (var offset = first; offset <= last; offset++)
        {
            Write(channel, offset);
        }
    }

    private string Write(string channel, long offset) =>
        System.Text.Encoding.UTF8.GetString(_log.Record(SocketMessages.Notification("1"u8, channel, "E", offset)).Payload.Span)
            .Split('"')[3];
}
