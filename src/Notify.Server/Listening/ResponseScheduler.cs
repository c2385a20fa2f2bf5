using System.IO.Pipelines;
using Notify.Broker;

namespace Notify.Server.Listening;

/// <summary>
/// Runs the sending of HTTP responses from one queue for all connections, so that responses that are ready together leave together.
/// </summary>
internal sealed class ResponseScheduler : PipeScheduler
{
    private readonly WorkQueue<(Action<object?> Action, object? State)> _queue = new(static work => work.Action(work.State));

    public override void Schedule(Action<object?> action, object? state) => _queue.Add((action, state));
}
