using Akka.Configuration;
using Akka.Dispatch;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// Runs the writers on the thread pool from a shared queue, many of them in one work item. A publication wakes the writers of all its
/// subscribers at once. As separate work items they would delay all other work, including the next publication, and each would send one
/// message. In the shared queue they run after the work that is already scheduled, and each sends everything that has been queued in the
/// meantime.
/// </summary>
internal sealed class WriterExecutor : ExecutorService
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

    private readonly WorkQueue<IRunnable> _queue = new(static run => run.Run());

    private WriterExecutor(string id)
        : base(id)
    {
    }

    public override void Execute(IRunnable run) => _queue.Add(run);

    public override void Shutdown()
    {
    }

    /// <summary>Creates the executor for Akka's configuration.</summary>
    internal sealed class Configurator(
        Config config, IDispatcherPrerequisites prerequisites) : ExecutorServiceConfigurator(config, prerequisites)
    {
        public override ExecutorService Produce(string id) => new WriterExecutor(id);
    }
}
