namespace Notify.Server.Tests.Support;

/// <summary>
/// Defines how long a test waits for a condition before it fails. The times suit a busy machine; a working test never waits this long.
/// </summary>
internal static class TestTimeouts
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task Soon(this Task task) => task.WaitAsync(Limit);

    /// <summary>Waits until a condition holds.</summary>
    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    /// <summary>Waits until a condition holds that has to be asked for.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await condition())
        {
            await Task.Delay(10, limit.Token);
        }
    }
}
