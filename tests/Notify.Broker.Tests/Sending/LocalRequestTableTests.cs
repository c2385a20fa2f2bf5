using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;
using Notify.Broker.AkkaInternals;

namespace Notify.Broker.Tests.Sending;

public sealed class LocalRequestTableTests : TestKit
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly TestProbe _actor;

    public LocalRequestTableTests()
        : base(TestTimeouts.Config)
    {
        _actor = CreateTestProbe();
    }

    [Fact]
    public async Task Each_question_gets_its_own_answer()
    {
        using var asks = new LocalRequestTable(Sys, Timeout, _time);
        var echo = Sys.ActorOf(Props.Create(() => new Echo()));

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => asks.AskAsync(echo, i)));

        Assert.Equal(Enumerable.Range(0, 1000), answers.Cast<int>());
    }

    [Fact]
    public async Task What_is_not_answered_in_time_is_null_again_and_again()
    {
        using var asks = new LocalRequestTable(Sys, Timeout, _time);
        for (var round = 0; round < 3; round++)
        {
            var first = asks.AskAsync(_actor.Ref, 1);
            _time.Advance(Timeout / 2);
            var second = asks.AskAsync(_actor.Ref, 2);
            _time.Advance(Timeout / 2);
            Assert.Null(await first.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.False(second.IsCompleted);
            _time.Advance(Timeout / 2);
            Assert.Null(await second.WaitAsync(TimeSpan.FromSeconds(30)));
        }
    }

    [Fact]
    public async Task The_first_answer_counts_and_a_late_one_does_no_harm()
    {
        using var asks = new LocalRequestTable(Sys, Timeout, _time);
        var late = asks.AskAsync(_actor.Ref, "late");
        await _actor.ExpectMsgAsync("late");
        _time.Advance(Timeout);
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
        var asks = new LocalRequestTable(Sys, Timeout, _time);
        var answer = asks.AskAsync(_actor.Ref, 1);

        asks.Dispose();

        Assert.Null(await answer.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }
}
