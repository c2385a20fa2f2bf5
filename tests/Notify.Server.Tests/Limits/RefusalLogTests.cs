using System.Net;
using Microsoft.Extensions.Time.Testing;
using Notify.Server.Limits;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Limits;

public sealed class RefusalLogTests
{
    [Fact]
    public void Each_kind_is_said_once_a_minute_with_its_count_and_the_last_address()
    {
        var time = new FakeTimeProvider();
        var lines = new LogLines<RefusalLog>();
        using var log = new RefusalLog(lines, time);

        log.Add("One thing.", IPAddress.Loopback);
        log.Add("Another.", null);
        log.Add("One thing.", IPAddress.Loopback);
        log.Add("One thing.", IPAddress.IPv6Loopback);
        Assert.Equal(
            [
                "Warning: One thing. Refused: 1, the last one 127.0.0.1. Logged at most once a minute.",
                "Warning: Another. Refused: 1, the last one unknown. Logged at most once a minute.",
            ],
            lines.Take());

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["Warning: One thing. Refused: 2, the last one ::1. Logged at most once a minute."], lines.Take());
    }
}
