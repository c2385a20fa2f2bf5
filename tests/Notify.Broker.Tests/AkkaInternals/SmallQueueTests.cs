using Notify.Broker.AkkaInternals;

namespace Notify.Broker.Tests.AkkaInternals;

public sealed class SmallQueueTests
{
    private SmallQueue<int> _queue;

    [Fact]
    public void Items_come_out_in_the_order_in_which_they_went_in_however_the_two_are_mixed()
    {
        var random = new Random(7);
        var expected = new Queue<int>();
        for (var i = 0; i < 10_000; i++)
        {
            // Long enough runs of both operations to fill and to empty the queue.
            if (random.Next(200) < (i / 100 % 2 == 0 ? 150 : 50))
            {
                _queue.Enqueue(i);
                expected.Enqueue(i);
            }
            else
            {
                Assert.Equal(expected.TryPeek(out var next), _queue.TryPeek(out var peeked));
                Assert.Equal(expected.TryDequeue(out var first), _queue.TryDequeue(out var taken));
                Assert.Equal((next, first), (peeked, taken));
            }

            Assert.Equal(expected.Count, _queue.Count);
        }
    }

    [Fact]
    public void Cleared_it_is_empty()
    {
        _queue.Enqueue(1);
        _queue.Enqueue(2);

        _queue.Clear();

        Assert.Equal(0, _queue.Count);
        Assert.False(_queue.TryDequeue(out _));
    }

    [Fact]
    public void One_at_a_time_costs_no_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _queue.Enqueue(i);
            _queue.TryDequeue(out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
