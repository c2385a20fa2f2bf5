using Akka.Actor;
using Akka.TestKit.Xunit2;
using Notify.Broker.Relays;

namespace Notify.Broker.Tests.Relays;

/// <summary>Tests that a flush ends when every relay has handled what was sent to it before.</summary>
public sealed class RelayStripesTests : TestKit
{
    public RelayStripesTests()
        : base(TestTimeouts.Config)
    {
    }

    [Fact]
    public async Task A_flush_waits_for_every_relay()
    {
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        var stripes = new RelayStripes(2);
        stripes.Set(0, first);
        stripes.Set(1, second);

        var flush = stripes.FlushAsync(TimeSpan.FromSeconds(30));
        await first.ExpectMsgAsync<RelayCommands.Barrier>();
        first.Reply(RelayCommands.Barrier.Instance);
        await second.ExpectMsgAsync<RelayCommands.Barrier>();
        Assert.False(flush.IsCompleted);

        second.Reply(RelayCommands.Barrier.Instance);
        await flush;
    }

    [Fact]
    public async Task A_relay_that_does_not_answer_fails_the_flush()
    {
        var stripes = new RelayStripes(1);
        stripes.Set(0, CreateTestProbe());

        await Assert.ThrowsAsync<AskTimeoutException>(() => stripes.FlushAsync(TimeSpan.FromMilliseconds(50)));
    }
}
