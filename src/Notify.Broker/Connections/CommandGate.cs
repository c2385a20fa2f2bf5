namespace Notify.Broker.Connections;

/// <summary>
/// Limits the commands of one client that are under way. The reader of the client's socket waits here, so that a flood of joins fills the
/// client's own network buffers and no mailbox.
/// </summary>
/// <param name="limit">The number of commands under way from which the reader waits.</param>
public sealed class CommandGate(int limit)
{
    private readonly Lock _lock = new();
    private int _count;
    private TaskCompletionSource? _waiter;

    /// <summary>Counts a command that was sent to an actor.</summary>
    public void Enter()
    {
        lock (_lock)
        {
            _count++;
        }
    }

    /// <summary>Counts a command that was served.</summary>
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

    /// <summary>Waits until fewer commands than the limit are under way. Supports one reader at a time.</summary>
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
