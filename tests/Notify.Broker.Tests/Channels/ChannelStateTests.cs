using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Broker.Tests.Channels;

public sealed class ChannelStateTests
{
    private const long Ttl = 1_000_000;
    private const long Window = 10_000;

    [Fact]
    public void Offsets_begin_at_one_and_have_no_holes()
    {
        var state = State();

        var offsets = Enumerable.Range(0, 5).Select(_ => Publish(state)).ToList();

        Assert.Equal([1, 2, 3, 4, 5], offsets);
        Assert.Equal(new Position("epoch", 5), state.Head);
    }

    [Fact]
    public void A_send_that_arrives_again_gets_its_first_offset()
    {
        var state = State();
        var id = new PublishId(Guid.NewGuid(), 0);
        state.Commit(state.Order(id, "1"u8.ToArray(), 0, now: 0), now: 0);
        Publish(state, now: Window - 1);

        Assert.Equal(1, state.Find(id));
    }

    [Fact]
    public void A_read_is_for_a_relay_that_is_joined_and_for_this_epoch()
    {
        var (state, relay) = (State(), RelayId.New());
        state.Join(relay, 2);
        ReadHistory Read(long joinNumber, string? epoch) => new("c", relay, joinNumber, After: 21, UpTo: 24, epoch);

        Assert.True(state.MayRead(Read(2, "epoch")));
        Assert.True(state.MayRead(Read(2, epoch: null)));
        Assert.False(state.MayRead(Read(1, "epoch")));
        Assert.False(state.MayRead(Read(2, "former")));
    }

    [Fact]
    public void It_knows_whether_it_has_what_somebody_was_told()
    {
        var (newest, id) = (new PublishId(Guid.NewGuid(), 0), new PublishId(Guid.NewGuid(), 0));
        var state = new ChannelState("c", new Position("epoch", 7), new ChannelHistory(100, Ttl, maxBytes: 1000, floor: 7), Window, newest);
        state.Commit(state.Order(id, "8"u8.ToArray(), 0, now: 0), now: 0);
        bool? Has(long offset, PublishId? told, string epoch = "epoch") => state.Has(
            new KnownNotification(new Position(epoch, offset), told));

        Assert.True(Has(8, id));
        Assert.True(Has(8, null));
        Assert.False(Has(8, newest));
        Assert.True(Has(7, newest));
        Assert.False(Has(7, id));
        Assert.False(Has(9, null));

        // Only the store can tell.
        Assert.Null(Has(6, id));

        // A notification of another epoch; its holder has to notice.
        Assert.True(Has(9, id, "another"));
    }

    [Fact]
    public void The_same_request_may_name_a_channel_twice()
    {
        var state = State();
        var request = Guid.NewGuid();

        Assert.Equal(1, state.Order(new PublishId(request, 0), default, 0, 0).Offset);
        Assert.Equal(2, state.Order(new PublishId(request, 1), default, 0, 0).Offset);
    }

    [Fact]
    public void What_is_ordered_may_not_be_told_before_it_is_kept()
    {
        var state = State();
        var first = state.Order(new PublishId(Guid.NewGuid(), 0), "1"u8.ToArray(), 0, 0);
        var second = state.Order(new PublishId(Guid.NewGuid(), 0), "2"u8.ToArray(), 0, 0);

        Assert.Equal(new Position("epoch", 0), state.Head);
        Assert.Throws<InvalidOperationException>(() => state.Commit(second, 0));
        state.Commit(first, 0);

        Assert.Equal(new Position("epoch", 1), state.Head);
        Assert.Equal([1], state.History.Read(0, 10, 1000)!.Select(notification => notification.Offset));
    }

    [Fact]
    public void A_channel_goes_on_where_its_last_owner_ended()
    {
        var id = new PublishId(Guid.NewGuid(), 0);
        var state = new ChannelState("c", new Position("epoch", 7), new ChannelHistory(100, Ttl, maxBytes: 1000, floor: 7), Window);
        state.Recall(id, 7, now: 0);

        Assert.Equal(7, state.Find(id));
        Assert.Equal(8, Publish(state));
        Assert.Null(state.History.Read(after: 6, upTo: 8, maxBytes: 1000));
        Assert.Equal([8], state.History.Read(after: 7, upTo: 8, maxBytes: 1000)!.Select(notification => notification.Offset));
    }

    [Fact]
    public void A_history_that_is_only_a_cache_keeps_its_bytes_however_young()
    {
        var state = new ChannelState("c", new Position("epoch", 0), new ChannelHistory(100, Ttl, maxBytes: 400), Window);
        for (var i = 0; i < 5; i++)
        {
            Publish(state);
        }

        Assert.Equal(2, state.History.Count);
        Assert.Equal(3, state.History.Floor);
    }

    [Fact]
    public void Sends_are_forgotten_when_nobody_asks_again()
    {
        var state = State();
        Publish(state, now: 5);
        Assert.Equal(5 + Window, state.ForgetAt);

        state.Trim(5 + Window);

        Assert.Null(state.ForgetAt);
    }

    [Fact]
    public void A_newer_join_replaces_an_older_one_and_an_older_one_is_ignored()
    {
        var state = State();
        var relay = RelayId.New();

        Assert.True(state.Join(relay, 2));
        Assert.False(state.Join(relay, 1));
        Assert.True(state.Join(relay, 2));
        Assert.True(state.Join(relay, 3));

        Assert.Equal([new ChannelState.RelayJoin(relay, 3)], state.Relays);
    }

    [Fact]
    public void A_leave_that_was_overtaken_by_a_newer_join_is_ignored()
    {
        var state = State();
        var relay = RelayId.New();
        state.Join(relay, 2);

        Assert.False(state.Leave(relay, 1));
        Assert.True(state.IsJoined(relay, 2));
        Assert.True(state.Leave(relay, 2));
        Assert.Empty(state.Relays);
    }

    [Fact]
    public void The_count_does_not_apply_to_what_is_younger_than_a_minute()
    {
        var state = State(size: 2);
        for (var i = 0; i < 10; i++)
        {
            Publish(state, now: i);
        }

        Assert.Equal(10, state.History.Count);

        state.Trim(ChannelHistory.Grace + 4);

        Assert.Equal(5, state.History.Count);
        Assert.Equal(5, state.History.Floor);

        state.Trim(ChannelHistory.Grace + 100);

        Assert.Equal(2, state.History.Count);
    }

    [Fact]
    public void What_is_older_than_the_time_to_live_goes_whatever_the_count()
    {
        var state = State(size: 100);
        Publish(state, now: 0);
        Publish(state, now: 10);

        state.Trim(Ttl + 5);

        Assert.Equal(1, state.History.Count);
        Assert.Equal(10, state.History.OldestStored);
    }

    [Fact]
    public void Nothing_is_kept_beyond_a_minute_with_a_size_of_zero()
    {
        var state = State(size: 0);
        Publish(state, now: 0);

        state.Trim(ChannelHistory.Grace);

        Assert.Equal(0, state.History.Count);
        Assert.Equal(0, state.History.Bytes);
        Assert.Equal(1, state.LastOffset);
    }

    [Fact]
    public void A_page_is_cut_by_bytes_and_goes_on_where_it_ended()
    {
        var state = State();
        for (var i = 0; i < 10; i++)
        {
            Publish(state, payload: new string('x', 1000));
        }

        var page = state.History.Read(after: 2, upTo: 9, maxBytes: 3_500);

        Assert.Equal([3, 4, 5], page!.Select(notification => notification.Offset));
        Assert.Equal([9], state.History.Read(8, 9, 1)!.Select(notification => notification.Offset));
        Assert.Empty(state.History.Read(10, 12, 1000)!);
    }

    [Fact]
    public void A_read_of_what_is_gone_says_so()
    {
        var state = State();
        Publish(state);
        Publish(state);
        state.History.ShrinkTo(state.History.Bytes / 2);

        Assert.Null(state.History.Read(after: 0, upTo: 2, maxBytes: 1000));
        Assert.Equal([2], state.History.Read(1, 2, 1000)!.Select(notification => notification.Offset));
    }

    private static ChannelState State(int size = 100) => new("c", new Position("epoch", 0), new ChannelHistory(size, Ttl), Window);

    private static long Publish(ChannelState state, long now = 0, string payload = "1")
    {
        var notification = state.Order(new PublishId(Guid.NewGuid(), 0), Encoding.UTF8.GetBytes(payload), 0, now);
        state.Commit(notification, now);
        return notification.Offset;
    }
}
