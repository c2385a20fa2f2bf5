using Notify.Protocol.EngineIo;
using Notify.Server.EngineIo;

namespace Notify.Server.Tests.EngineIo;

/// <summary>Tests that a client's silence does not count while the server does not read from it.</summary>
public sealed class HeartbeatExcuseTests
{
    [Theory]
    [InlineData(EngineRevision.V3)]
    [InlineData(EngineRevision.V4)]
    public void A_client_that_is_not_read_from_has_its_time_from_the_end_of_that(EngineRevision revision)
    {
        var heartbeat = new Heartbeat(revision, interval: 100, timeout: 50);
        heartbeat.Begin(0);
        heartbeat.Excuse(1000);
        heartbeat.TryAsk(100);
        Assert.True(heartbeat.IsDue(200));
        Assert.False(heartbeat.IsOver(200));
        Assert.False(heartbeat.IsOver(1049));
        Assert.True(heartbeat.IsOver(1050));
    }

    [Fact]
    public void An_end_is_not_put_off()
    {
        var heartbeat = new Heartbeat(EngineRevision.V4, interval: 100, timeout: 50);
        heartbeat.Begin(0);
        heartbeat.Excuse(1000);
        heartbeat.EndAt(300);
        Assert.True(heartbeat.IsOver(300));
    }
}
