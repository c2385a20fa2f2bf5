using Notify.Broker.History;

namespace Notify.Broker.Tests.History;

/// <summary>
/// Tests that a channel without a publish has one epoch for as long as its store would remember it, and then another one.
/// </summary>
public sealed class InitialEpochTests
{
    private static readonly TimeSpan Memory = TimeSpan.FromHours(25);

    // A whole number of periods.
    private static readonly DateTimeOffset Then = DateTimeOffset.FromUnixTimeSeconds(20_000L * 25 * 3600);

    [Theory]
    [InlineData(0, true)]
    [InlineData((25 * 60) - 1, true)]
    [InlineData(25 * 60, false)]
    [InlineData(-1, false)]
    [InlineData(90 * 24 * 60, false)]
    public void An_epoch_lasts_for_a_period(int minutes, bool isSame)
    {
        var (one, other) = (InitialEpoch.New(7, "c", Then, Memory), InitialEpoch.New(7, "c", Then.AddMinutes(minutes), Memory));
        Assert.Equal(isSame, one == other);
        Assert.True(InitialEpoch.AreOfOneChannel(one, other));
    }

    [Fact]
    public void Another_memory_has_other_periods() =>
        Assert.NotEqual(InitialEpoch.New(7, "c", Then, Memory), InitialEpoch.New(7, "c", Then, TimeSpan.FromHours(26)));

    [Theory]
    [InlineData(8, "c")]
    [InlineData(7, "d")]
    public void Another_store_and_another_channel_have_other_epochs(int store, string channel)
    {
        var (one, other) = (InitialEpoch.New(7, "c", Then, Memory), InitialEpoch.New(store, channel, Then, Memory));
        Assert.NotEqual(one, other);
        Assert.False(InitialEpoch.AreOfOneChannel(one, other));
    }

    [Theory]
    [InlineData("")]
    [InlineData("n2lpbFpSnOs")]
    [InlineData("0123456789abcdef")]
    [InlineData("!!!!!!!!!!!!!!!!")]
    [InlineData("a text of any length that a client may send as an epoch")]
    public void What_was_made_in_another_way_is_of_no_channel(string epoch) =>
        Assert.False(InitialEpoch.AreOfOneChannel(epoch, InitialEpoch.New(7, "c", Then, Memory)));
}
