using System.Globalization;
using Microsoft.Extensions.Time.Testing;

namespace Notify.Broker.Tests;

public sealed class MinuteLogTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _lines = [];

    [Fact]
    public void The_first_is_said_at_once_and_the_others_once_a_minute_with_their_count_and_the_last_place()
    {
        using var log = new MinuteLog<string>(
            _time, TimeSpan.FromMinutes(1), (count, place) => _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {place}")));

        log.Add("a");
        log.Add("b");
        log.Add("c");
        Assert.Equal(["1 a"], _lines);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["1 a", "2 c"], _lines);

        _time.Advance(TimeSpan.FromMinutes(1));
        log.Add("d");
        Assert.Equal(["1 a", "2 c", "1 d"], _lines);
    }
}
