namespace Notify.Broker.Connections;

/// <summary>
/// Bounds what one client may have asked of the actors and not yet been served: whoever reads the client's socket waits here before
/// it reads on, so that a flood of joins fills the client's own network and no mailbox.
/// </summary>
/// <param name="limit">How many commands may be under way before the reader waits.</param>
public sealed class CommandGate(int limit)
{
    private readonly Lock _lock = new();
    private int _count;
    private TaskCompletionSource? _waiter;

    /// <summary>A command is told.</summary>
    public void Enter()
    {
        lock (_lock)
        {
            _count++;
        }
    }

    /// <summary>A command was served.</summary>
    public void Leave()
    {
        TaskCompletionSource? waiter = null;
        lock (_lock)
        {
            if (--_count < limit)
            {
                (waiter, _waiter) = (_waiter, null);
            }
        }

        waiter?.SetResult();
    }

    /// <summary>Waits until fewer than the limit are under way. One reader at a time.</summary>
    public Task WaitAsync()
    {
        lock (_lock)
        {
            if (_count < limit)
            {
                return Task.CompletedTask;
            }

            _waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiter.Task;
        }
    }
}
