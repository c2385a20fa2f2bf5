using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Dispatch;

namespace Notify.Broker.Tests.Connections;

/// <summary>Runs all actors on one thread, in the order in which they have something to do, and counts their turns.</summary>
internal sealed class CountingExecutor : ExecutorService
{
    private static readonly BlockingCollection<Action> Queue = StartThread();

    private CountingExecutor(string id)
        : base(id)
    {
    }

    /// <summary>Gets the number of turns.</summary>
    public static int Turns { get; private set; }

    public override void Execute(IRunnable run) => Queue.Add(() =>
    {
        Turns++;
        run.Run();
    });

    public override void Shutdown()
    {
    }

    /// <summary>Runs an action on the thread, between two turns, and waits until no actor has anything left to do.</summary>
    public static async Task RunAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Queue.Add(() =>
        {
            action();
            EndWhenIdle(done);
        });
        await done.Task;
    }

    private static void EndWhenIdle(TaskCompletionSource done)
    {
        if (Queue.Count == 0)
        {
            done.SetResult();
        }
        else
        {
            Queue.Add(() => EndWhenIdle(done));
        }
    }

    private static BlockingCollection<Action> StartThread()
    {
        var queue = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var action in queue.GetConsumingEnumerable())
            {
                action();
            }
        })
        { IsBackground = true, Name = nameof(CountingExecutor) }.Start();
        return queue;
    }

    /// <summary>Creates the executor for Akka's configuration.</summary>
    internal sealed class Configurator(
        Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
    {
        public override ExecutorService Produce(string id) => new CountingExecutor(id);
    }
}
