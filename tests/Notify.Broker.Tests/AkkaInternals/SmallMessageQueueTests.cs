using Akka.Actor;
using Akka.Dispatch.MessageQueues;
using Notify.Broker.AkkaInternals;

namespace Notify.Broker.Tests.AkkaInternals;

public sealed class SmallMessageQueueTests
{
    private readonly SmallMessageQueue _queue = new();

    [Fact]
    public void Messages_come_out_in_the_order_in_which_they_went_in()
    {
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 100; i++)
            {
                Put(i);
            }

            Assert.Equal(100, _queue.Count);
            Assert.Equal(Enumerable.Range(0, 100), TakeAll());
            Assert.False(_queue.HasMessages);
        }
    }

    [Fact]
    public async Task Many_who_tell_at_once_lose_nothing()
    {
        const int Tellers = 4;
        const int Each = 5000;
        var tellers = Enumerable.Range(0, Tellers).Select(teller => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                Put((teller * Each) + i);
            }
        })).ToArray();
        var taken = new List<int>();
        while (taken.Count < Tellers * Each)
        {
            taken.AddRange(TakeAll());
        }

        await Task.WhenAll(tellers);
        Assert.False(_queue.HasMessages);
        foreach (var group in taken.GroupBy(value => value / Each))
        {
            Assert.Equal(Enumerable.Range(group.Key * Each, Each), group);
        }
    }

    [Fact]
    public void What_is_left_when_the_actor_stops_goes_to_the_dead_letters()
    {
        Put(1);
        Put(2);
        var dead = new UnboundedMessageQueue();

        _queue.CleanUp(ActorRefs.Nobody, dead);

        Assert.Equal(2, dead.Count);
        Assert.False(_queue.HasMessages);
    }

    private void Put(int value) => _queue.Enqueue(ActorRefs.Nobody, new Envelope(value, ActorRefs.NoSender));

    private List<int> TakeAll()
    {
        var taken = new List<int>();
        while (_queue.TryDequeue(out var envelope))
        {
            taken.Add((int)envelope.Message);
        }

        return taken;
    }
}
