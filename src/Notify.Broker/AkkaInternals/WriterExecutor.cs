using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Dispatch;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// Runs the writers on the thread pool from a shared queue, many of them in one work item. A publication wakes the writers of all its
/// subscribers at once. As separate work items they would delay all other work, including the next publication, and each would send one
/// message. In the shared queue they run after the work that is already scheduled, and each sends everything that has been queued in the
/// meantime.
/// </summary>
internal sealed class WriterExecutor : ExecutorService, IThreadPoolWorkItem
{
    /// <summary>The name of the dispatcher in props.</summary>
    public const string DispatcherId = "notify-writers";

    /// <summary>The configuration that an actor system needs for this dispatcher.</summary>
    public static readonly Config Definition = ConfigurationFactory.ParseString(
        $$"""
        {{DispatcherId}} {
          type = Dispatcher
          executor = "{{typeof(Configurator).FullName}}, {{typeof(Configurator).Assembly.GetName().Name}}"
        }
        """);

    // After this number of runs the thread serves other work: about a millisecond of sending.
    private const int MaxRuns = 256;

    private readonly ConcurrentQueue<IRunnable> _queue = new();
    private int _items;

    private WriterExecutor(string id)
        : base(id)
    {
    }

    public override void Execute(IRunnable run)
    {
        _queue.Enqueue(run);
        Start();
    }

    public override void Shutdown()
    {
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var runs = 0; runs < MaxRuns; runs++)
        {
            if (!_queue.TryDequeue(out var run))
            {
                // A run that is queued after this starts a new work item, and one that was queued before is run here.
                Interlocked.Decrement(ref _items);
                if (!_queue.IsEmpty)
                {
                    Start();
                }

                return;
            }

            run.Run();
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

    /// <summary>Creates the executor for Akka's configuration.</summary>
    internal sealed class Configurator(
        Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
    {
        public override ExecutorService Produce(string id) => new WriterExecutor(id);
    }
}
