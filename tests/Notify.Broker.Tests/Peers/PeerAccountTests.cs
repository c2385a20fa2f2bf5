using Notify.Broker.Peers;

namespace Notify.Broker.Tests.Peers;

public sealed class PeerAccountTests
{
    private readonly PeerAccount _account = new(maxBytes: 1000, maxAge: 2000);

    [Fact]
    public void A_node_that_gives_its_marks_back_is_told_on()
    {
        for (var now = 0L; now < 10_000; now += 250)
        {
            Assert.True(_account.TryCharge(900));
            _account.Reached(_account.Mark(now)!.Value);
        }

        Assert.Equal(0, _account.Bytes);
        Assert.Null(_account.Mark(10_000));
    }

    [Fact]
    public void A_node_with_too_much_under_way_is_behind_until_half_of_it_is_delivered()
    {
        Assert.True(_account.TryCharge(600));
        var first = _account.Mark(0)!.Value;
        Assert.True(_account.TryCharge(600));
        Assert.True(_account.IsBehind);
        Assert.False(_account.TryCharge(1));

        _account.Reached(first);
        Assert.True(_account.IsBehind);
        _account.Reached(_account.Mark(250)!.Value);

        Assert.False(_account.IsBehind);
        Assert.Equal(0, _account.Bytes);
    }

    [Fact]
    public void A_node_that_is_silent_is_behind_until_a_mark_comes_back()
    {
        Assert.True(_account.TryCharge(10));
        _account.Mark(0);
        Assert.NotNull(_account.Mark(2000));
        Assert.False(_account.IsBehind);

        var last = _account.Mark(2001)!.Value;
        Assert.True(_account.IsBehind);
        Assert.False(_account.TryCharge(10));
        _account.Reached(last);

        Assert.True(_account.TryCharge(10));
    }

    [Fact]
    public void A_mark_that_nobody_sent_or_that_is_old_changes_nothing()
    {
        Assert.True(_account.TryCharge(10));
        _account.Reached(_account.Mark(0)!.Value);
        Assert.True(_account.TryCharge(10));

        _account.Reached(10);
        _account.Reached(1_000_000);

        Assert.Equal(10, _account.Bytes);
    }
}
