using System.Collections.Concurrent;

namespace Notify.Broker;

/// <summary>
/// Runs short pieces of work on the thread pool, many of them in one work item. They run after the work that is already scheduled, and what
/// became ready in the meantime runs together.
/// </summary>
/// <param name="run">Runs one piece. It must not throw.</param>
public sealed class WorkQueue<T>(Action<T> run) : IThreadPoolWorkItem
{
    // After this number of pieces the thread serves other work: about a millisecond of sending.
    private const int MaxRuns = 256;

    private readonly ConcurrentQueue<T> _queue = new();
    private int _items;

    /// <summary>Adds a piece of work.</summary>
    public void Add(T work)
    {
        _queue.Enqueue(work);
        Start();
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var runs = 0; runs < MaxRuns; runs++)
        {
            if (!_queue.TryDequeue(out var work))
            {
                // Work that is added after this starts a new work item, and work that was added before runs here.
                Interlocked.Decrement(ref _items);
                if (!_queue.IsEmpty)
                {
                    Start();
                }

                return;
            }

            run(work);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    // At most one work item for each processor.
    private void Start()
    {
        var items = Volatile.Read(ref _items);
        while (items < Environment.ProcessorCount)
        {
            var seen = Interlocked.CompareExchange(ref _items, items + 1, items);
            if (seen == items)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            items = seen;
        }
    }
}
