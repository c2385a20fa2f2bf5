using Microsoft.Extensions.Logging;

namespace Notify.Storage.Tests;

public sealed class StoreClockTests
{
    private static readonly TimeSpan Settling = TimeSpan.FromHours(1);

    private readonly SetTime _time = new();
    private readonly TestLog _log = new();
    private readonly StoreClock _clock;

    public StoreClockTests()
    {
        _clock = new StoreClock(_time, Settling, "this machine", _log);
    }

    private TimeSpan Wall => _time.GetUtcNow() - DateTimeOffset.UnixEpoch;

    [Fact]
    public void A_clock_that_goes_right_is_followed()
    {
        for (var i = 0; i < 100; i++)
        {
            _time.Pass(TimeSpan.FromMinutes(10));
            _time.Set(TimeSpan.FromSeconds(i % 2 == 0 ? 8 : -8));
            Assert.Equal(new StoreTime(Wall, Wall), _clock.Read());
        }

        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData(8 * 24 * 60)]
    [InlineData(-8 * 24 * 60)]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_jump_tells_no_age_and_no_stamp_until_it_has_stayed(int minutes)
    {
        _clock.Read();
        var right = Wall;
        _time.Set(TimeSpan.FromMinutes(minutes));
        for (var passed = TimeSpan.Zero; passed < Settling; passed += TimeSpan.FromMinutes(1))
        {
            var read = _clock.Read();
            Assert.Equal(minutes > 0 ? new StoreTime(right + passed, Wall) : new StoreTime(Wall, right + passed), read);
            Assert.True(_clock.IsUnsettled);
            _time.Pass(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(new StoreTime(Wall, Wall), _clock.Read());
        Assert.False(_clock.IsUnsettled);
        Assert.Equal([LogLevel.Warning, LogLevel.Information], _log.Lines.Select(line => line.Level));
        Assert.Contains(minutes > 0 ? "ahead" : "back", _log.Lines.First().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_jump_that_is_undone_never_counted()
    {
        _clock.Read();
        _time.Set(TimeSpan.FromDays(8));
        _clock.Read();
        _time.Pass(TimeSpan.FromMinutes(1));
        _time.Set(TimeSpan.FromDays(-8));

        Assert.Equal(new StoreTime(Wall, Wall), _clock.Read());
        Assert.False(_clock.IsUnsettled);
    }

    [Fact]
    public void A_second_jump_has_to_stay_for_as_long()
    {
        _clock.Read();
        var right = Wall;
        _time.Set(TimeSpan.FromDays(8));
        _clock.Read();
        _time.Pass(TimeSpan.FromMinutes(59));
        _time.Set(TimeSpan.FromDays(8));
        _clock.Read();
        _time.Pass(TimeSpan.FromMinutes(59));

        Assert.Equal(right + TimeSpan.FromMinutes(118), _clock.Read().Early);
        _time.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(Wall, _clock.Read().Early);
    }

    [Fact]
    public void After_a_long_pause_the_clock_is_not_believed_at_once()
    {
        _clock.Begin(_time.GetUtcNow() - TimeSpan.FromDays(8), _time.GetUtcNow());

        Assert.Equal(new StoreTime(Wall - TimeSpan.FromDays(8), Wall), _clock.Read());
        _time.Pass(Settling);
        Assert.Equal(new StoreTime(Wall, Wall), _clock.Read());
        Assert.DoesNotContain(_log.Lines, line => line.Level > LogLevel.Information);
    }

    [Fact]
    public void A_start_that_is_tried_again_says_nothing_twice_and_waits_no_less()
    {
        var written = _time.GetUtcNow() - TimeSpan.FromDays(8);
        _clock.Begin(written, _time.GetUtcNow());
        _time.Pass(TimeSpan.FromSeconds(1));
        _clock.Begin(written, _time.GetUtcNow());
        _clock.Begin(_time.GetUtcNow(), _time.GetUtcNow());

        Assert.Equal(Wall - TimeSpan.FromDays(8), _clock.Read().Early);
        Assert.Single(_log.Lines);
    }

    [Theory]
    [InlineData(59)]
    [InlineData(-1)]
    [InlineData(-100_000)]
    public void After_a_short_pause_or_none_it_is(int minutes)
    {
        _clock.Begin(_time.GetUtcNow() - TimeSpan.FromMinutes(minutes), _time.GetUtcNow());

        Assert.Equal(new StoreTime(Wall, Wall), _clock.Read());
        Assert.Empty(_log.Lines);
    }
}
