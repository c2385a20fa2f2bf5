using Akka.Actor;
using Akka.TestKit.Xunit2;
using Notify.Broker.Connections;

namespace Notify.Broker.Tests.Connections;

/// <summary>Tests that a client that joins many channels only delays itself.</summary>
public sealed class NodeJoinsTests() : TestKit(TestTimeouts.Config)
{
    private readonly NodeJoins _joins = new(40, 3);

    [Fact]
    public async Task One_party_has_a_quarter_and_another_is_let_in_beside_it()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.True(_joins.TryEnter(1));
        }

        Assert.False(_joins.TryEnter(1));
        Assert.True(_joins.TryEnter(2));

        var waiter = _joins.Wait(1, TestActor);
        await ExpectNoMsgAsync(TimeSpan.Zero);
        _joins.Leave(1, 3);
        await ExpectMsgAsync<ConnectionCommands.JoinTurn>();
        Assert.Equal(3, _joins.Take(waiter));
        Assert.Equal(0, _joins.Take(waiter));
        Assert.Equal(11, _joins.UnderWay);
    }

    [Fact]
    public async Task Those_who_wait_take_turns()
    {
        Fill();
        var (many, few) = (CreateTestProbe(), CreateTestProbe());
        _joins.Wait(5, many.Ref);
        var second = _joins.Wait(5, many.Ref);
        var third = _joins.Wait(6, few.Ref);
        _joins.Leave(1, 10);
        await many.ExpectMsgAsync<ConnectionCommands.JoinTurn>();
        await few.ExpectNoMsgAsync(TimeSpan.Zero);

        // The next turn is the other party's, however many joins of the first one still wait.
        _joins.Leave(2, 1);
        await few.ExpectMsgAsync<ConnectionCommands.JoinTurn>();
        Assert.Equal((1, 0), (_joins.Take(third), _joins.Take(second)));
    }

    [Fact]
    public async Task Who_goes_while_it_waits_takes_nothing_with_it()
    {
        Fill();
        var gone = _joins.Wait(5, ActorRefs.Nobody);
        var granted = _joins.Wait(6, ActorRefs.Nobody);
        _joins.Wait(7, TestActor);
        _joins.Cancel(gone);
        _joins.Leave(1, 1);
        _joins.Cancel(granted);
        await ExpectMsgAsync<ConnectionCommands.JoinTurn>();
        Assert.Equal(40, _joins.UnderWay);
        _joins.Cancel(gone);
    }

    [Fact]
    public void So_many_channels_are_joined_and_no_more()
    {
        Assert.True(_joins.TryAdd() && _joins.TryAdd() && _joins.TryAdd());
        Assert.False(_joins.TryAdd());
        _joins.Remove(1);
        Assert.True(_joins.TryAdd());
        Assert.Equal(3, _joins.Subscriptions);
    }

    private void Fill()
    {
        for (var i = 0; i < 40; i++)
        {
            Assert.True(_joins.TryEnter((ulong)(i / 10) + 1));
        }
    }
}
