using Notify.Broker.AntiEntropy;

namespace Notify.Broker.Tests.AntiEntropy;

public sealed class PeerAccountTests
{
    private readonly PeerAccount _account = new(maxBytes: 1000, maxAge: 2000);

    [Fact]
    public void A_node_that_gives_its_marks_back_is_told_on()
    {
        for (var now = 0L; now < 10_000; now += 250)
        {
            Assert.True(_account.TryCharge(900));
            _account.Acknowledge(_account.NextProbe(now)!.Value, now);
        }

        Assert.Equal(0, _account.Bytes);
        Assert.Null(_account.NextProbe(10_000));
    }

    [Fact]
    public void A_node_with_too_much_under_way_is_behind_until_half_of_it_is_delivered()
    {
        Assert.True(_account.TryCharge(600));
        var first = _account.NextProbe(0)!.Value;
        Assert.True(_account.TryCharge(600));
        Assert.True(_account.IsBehind);
        Assert.False(_account.TryCharge(1));

        _account.Acknowledge(first, now: 0);
        Assert.True(_account.IsBehind);
        _account.Acknowledge(_account.NextProbe(250)!.Value, 250);

        Assert.False(_account.IsBehind);
        Assert.Equal(0, _account.Bytes);
    }

    [Fact]
    public void A_node_that_is_silent_is_behind_until_a_mark_comes_back()
    {
        Assert.True(_account.TryCharge(10));
        _account.NextProbe(0);
        Assert.NotNull(_account.NextProbe(2000));
        Assert.False(_account.IsBehind);

        var last = _account.NextProbe(2001)!.Value;
        Assert.True(_account.IsBehind);
        Assert.False(_account.TryCharge(10));
        _account.Acknowledge(last, now: 0);

        Assert.True(_account.TryCharge(10));
    }

    [Fact]
    public void A_mark_that_nobody_sent_or_that_is_old_changes_nothing()
    {
        Assert.True(_account.TryCharge(10));
        _account.Acknowledge(_account.NextProbe(0)!.Value, 0);
        Assert.True(_account.TryCharge(10));

        _account.Acknowledge(10, now: 0);
        _account.Acknowledge(1_000_000, now: 0);

        Assert.Equal(10, _account.Bytes);
    }
}
