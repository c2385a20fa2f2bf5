using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Notify.Broker.AkkaInternals;

namespace Notify.Broker.Tests.Sending;

public sealed class LocalRequestTableTests : TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    private readonly TestProbe _actor;

    public LocalRequestTableTests()
        : base(TestTimeouts.Config)
    {
        _actor = CreateTestProbe();
    }

    [Fact]
    public async Task Each_question_gets_its_own_answer()
    {
        using var asks = new LocalRequestTable(Sys, TimeSpan.FromSeconds(30));
        var echo = Sys.ActorOf(Props.Create(() => new Echo()));

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => asks.AskAsync(echo, i)));

        Assert.Equal(Enumerable.Range(0, 1000), answers.Cast<int>());
    }

    [Fact]
    public async Task What_is_not_answered_in_time_is_null_again_and_again()
    {
        using var asks = new LocalRequestTable(Sys, Short);
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(
                [null, null],
                await Task.WhenAll(asks.AskAsync(_actor.Ref, 1), asks.AskAsync(_actor.Ref, 2)).WaitAsync(TimeSpan.FromSeconds(30)));
        }
    }

    [Fact]
    public async Task The_first_answer_counts_and_a_late_one_does_no_harm()
    {
        using var asks = new LocalRequestTable(Sys, Short);
        var late = asks.AskAsync(_actor.Ref, "late");
        await _actor.ExpectMsgAsync("late");
        Assert.Null(await late);
        _actor.Reply("too late");

        var twice = asks.AskAsync(_actor.Ref, "twice");
        await _actor.ExpectMsgAsync("twice");
        _actor.Reply("first");
        _actor.Reply("second");

        Assert.Equal("first", await twice);
    }

    [Fact]
    public async Task Nobody_waits_for_one_that_is_disposed()
    {
        var asks = new LocalRequestTable(Sys, TimeSpan.FromHours(1));
        var answer = asks.AskAsync(_actor.Ref, 1);

        asks.Dispose();

        Assert.Null(await answer.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }
}
