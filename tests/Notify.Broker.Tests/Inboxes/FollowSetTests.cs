using Notify.Broker.Channels;
using Notify.Broker.Inboxes;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Tests which announcement channels a user follows, and how that is stored.</summary>
public sealed class FollowSetTests
{
    private const int Size = 200;

    [Fact]
    public void Who_follows_begins_with_the_backlog_and_keeps_it()
    {
        var first = new InboxState(Size).Mark([], last: 0, [Head("announce:all", last: 50, backlog: 40)])!;
        Assert.Equal(1, first.Revision);
        Assert.Equal(new FollowState("announce:all", "e", 40), Assert.Single(first.Follows) with { Floor = 0 });
        Assert.Null(first.Mark([], last: 0, [Head("announce:all", last: 60, backlog: 58)]));
        Assert.Equal(20, first.Follows[0].Count(Head("announce:all", last: 60, backlog: 58)).Unread);
    }

    [Fact]
    public void A_mark_may_be_the_first_thing_that_is_known_of_a_follower()
    {
        var head = Head("announce:all", last: 50, backlog: 40);
        var state = new InboxState(Size).Mark([new InboxMark(InboxMarkKind.Read, RangeSet.Of(1, 45), head)], last: 0, [head])!;
        Assert.Equal(RangeSet.Of(41, 45), state.Follows[0].Read);
        Assert.Equal(5, new InboxState(Size).CountChanged(state));
    }

    [Fact]
    public void Above_the_limit_the_channels_that_are_not_named_any_more_are_left()
    {
        var heads = Enumerable.Range(0, FollowSet.Max).Select(i => Head($"announce:{i}", last: 9, backlog: 0)).ToList();
        var state = new InboxState(Size).Mark([], last: 0, heads)!;
        Assert.Equal(FollowSet.Max, state.Follows.Count);

        var next = state.Mark([], last: 0, [heads[0], Head("announce:new", last: 9, backlog: 0)])!;
        Assert.Equal(FollowSet.Max, next.Follows.Count);
        Assert.NotNull(next.Follows.Find("announce:0"));
        Assert.Null(next.Follows.Find("announce:1"));
        Assert.NotNull(next.Follows.Find("announce:new"));
    }

    [Fact]
    public void A_state_without_announcements_is_stored_as_before_and_one_with_them_in_few_bytes()
    {
        var state = new InboxState(Size).Mark([new(InboxMarkKind.Read, RangeSet.Of(1, 3))], last: 5)!;
        Assert.Equal("0100010002010002000000", Convert.ToHexString(InboxFormat.Encode(state)));

        var head = Head("announce:all", last: 50, backlog: 40);
        var follows = state.Mark([new InboxMark(InboxMarkKind.Read, RangeSet.Of(41, 45), head)], last: 5, [head])!;
        var bytes = InboxFormat.Encode(follows);
        Assert.Equal((2, 39), (bytes[0], bytes.Length));
        Assert.Equal(follows, InboxFormat.Decode(bytes, follows.Revision, Size));
    }

    [Fact]
    public void The_largest_state_of_the_largest_inbox_is_below_the_limit()
    {
        var marks = new List<InboxMark>();
        var heads = new List<AnnouncementHead>();
        var every = RangeSet.Of(Enumerable.Range(1, 25).Select(i => new OffsetRange(2 * i, 2 * i)));
        for (var i = 0; i < FollowSet.Max; i++)
        {
            var head = Head($"announce:{i:D40}", last: 50, backlog: 0);
            heads.Add(head);
            marks.Add(new InboxMark(InboxMarkKind.Archived, every, head));
        }

        var state = new InboxState(Size).Mark(marks, last: 0, heads)!;
        Assert.InRange(InboxFormat.Encode(state).Length, 5000, InboxFormat.MaxBytes / 2);
    }

    private static AnnouncementHead Head(string name, long last, long backlog) =>
        new(name, new Position("e", last), 0, Floor: 0, backlog, RangeSet.Empty, AreOffsetsKept: true);
}
