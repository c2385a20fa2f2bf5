using System.Text;
using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Channels;
using Notify.Broker.Sending;
using Notify.Broker.Trails;

namespace Notify.Broker.Tests.Trails;

public sealed class TailTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Trail _trail;

    public TailTests()
    {
        _trail = new Trail(0, 1, _time);
    }

    [Fact]
    public void A_tail_shows_what_was_published_since_it_was_read()
    {
        var id = Guid.NewGuid();
        Publish("a", "0");
        Assert.Empty(Read(id).Events);

        Publish("a", "1");
        Publish("b", "2");

        Assert.Equal([("a", "1"), ("b", "2")], Read(id).Events.Select(static item => (item.Channel, Text(item))));
        Assert.Empty(Read(id).Events);
    }

    [Theory]
    [InlineData("user:42", "user:42")]
    [InlineData("user:*", "user:42,user:43")]
    [InlineData("", "user:42,user:43,news")]
    [InlineData("*", "user:42,user:43,news")]
    public void A_filter_selects_channels(string filter, string selected)
    {
        var id = Guid.NewGuid();
        _trail.Tails.Read(id, new TailFilter(filter));

        foreach (var channel in (string[])["user:42", "user:43", "news"])
        {
            Publish(channel, "1");
        }

        Assert.Equal(selected.Split(','), _trail.Tails.Read(id, new TailFilter(filter))!.Events.Select(static item => item.Channel));
    }

    [Fact]
    public void What_does_not_fit_is_counted()
    {
        var id = Guid.NewGuid();
        Read(id);

        for (var i = 0; i < 40; i++)
        {
            Publish("a", "1");
        }

        var page = Read(id);
        Assert.Equal((25, 15), (page.Events.Count, page.Skipped));
        Assert.Equal(0, Read(id).Skipped);
    }

    [Fact]
    public void A_long_notification_is_cut_but_its_size_is_told()
    {
        var id = Guid.NewGuid();
        Read(id);

        Publish("a", $"\"{new string('x', 10_000)}\"");

        var item = Assert.Single(Read(id).Events);
        Assert.Equal((10_002, TailEvent.MaxPayload), (item.Size, item.Payload.Length));
    }

    [Fact]
    public void A_tail_that_is_not_read_ends_and_makes_room_for_another()
    {
        var tails = Enumerable.Range(0, TailSet.MaxTails).Select(static _ => Guid.NewGuid()).ToList();
        tails.ForEach(id => Assert.NotNull(_trail.Tails.Read(id, new TailFilter(""))));
        Assert.Null(_trail.Tails.Read(Guid.NewGuid(), new TailFilter("")));

        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.NotNull(_trail.Tails.Read(Guid.NewGuid(), new TailFilter("")));
    }

    [Fact]
    public void A_tail_that_is_not_read_is_forgotten_with_the_next_event()
    {
        _trail.Tails.Read(Guid.NewGuid(), new TailFilter(""));
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.True(_trail.Tails.IsWatched);

        Publish("a", "1");

        Assert.False(_trail.Tails.IsWatched);
    }

    private static string Text(TailEvent item) => Encoding.UTF8.GetString(item.Payload.Span);

    [Theory]
    [InlineData("", "a:1", true)]
    [InlineData("a:*", "a:1", true)]
    [InlineData("", "b", true)]
    [InlineData("", "b:1", false)]
    [InlineData("b*", "b:1", false)]
    public void A_filter_shows_only_what_may_be_seen(string filter, string channel, bool isShown) =>
        Assert.Equal(isShown, new TailFilter(filter, ["a:*", "b"]).Matches(channel));

    [Theory]
    [InlineData("a*b", "a*b", true)]
    [InlineData("a*b", "axb", false)]
    [InlineData("a*b*", "a*bc", true)]
    [InlineData("a*b*", "axbc", false)]
    [InlineData("**", "*c", true)]
    [InlineData("**", "c", false)]
    [InlineData("*", "", true)]
    public void Only_an_asterisk_at_the_end_has_a_meaning(string filter, string channel, bool isShown)
    {
        Assert.Equal(isShown, new TailFilter(filter).Matches(channel));
        Assert.Equal(isShown, new TailFilter("", [filter]).Matches(channel));
    }

    private TailPage Read(Guid id) => _trail.Tails.Read(id, new TailFilter(""))!;

    private void Publish(string channel, string json) => _trail.Accepted(
        "shop",
        [new SendResult(channel, new PublishId(Guid.NewGuid(), 0), new Position("e", 1))],
        Encoding.UTF8.GetBytes(json),
        TimeSpan.Zero);
}
