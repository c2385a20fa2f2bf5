using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Dispatch;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// Runs the writers on the thread pool, many behind each other as one work item. A publication wakes the writers of all its subscribers
/// at once: as work items of their own they would stand in front of everything else, the next publication included, and each would send
/// one message. Behind each other they come after what was already under way, and send what has come in together.
/// </summary>
internal sealed class WriterExecutor : ExecutorService, IThreadPoolWorkItem
{
    /// <summary>The name of the dispatcher by which props ask for it.</summary>
    public const string DispatcherId = "notify-writers";

    /// <summary>What a system must be told so that props may ask for it.</summary>
    public static readonly Config Definition = ConfigurationFactory.ParseString(
        $$"""
        {{DispatcherId}} {
          type = Dispatcher
          executor = "{{typeof(Configurator).FullName}}, {{typeof(Configurator).Assembly.GetName().Name}}"
        }
        """);

    // After so many, others have their turn on the thread: about a millisecond of sending.
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
                // Whoever queues now finds the item gone, and whoever queued before that finds his run taken here.
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

    // One for each processor at most.
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

    /// <summary>What the configuration names.</summary>
    internal sealed class Configurator(Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
    {
        public override ExecutorService Produce(string id) => new WriterExecutor(id);
    }
}
