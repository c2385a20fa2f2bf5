using Microsoft.Extensions.Time.Testing;

namespace Notify.Server.Tests.Support;

/// <summary>Lets time pass on the clock of a test.</summary>
internal static class PassingTime
{
    /// <summary>
    /// The time of a step where other timeouts run on the same clock, which must not pass while a busy machine does what is waited for.
    /// </summary>
    public static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <summary>Lets time pass until a task completes.</summary>
    public static async Task<T> PassUntilAsync<T>(this FakeTimeProvider time, Task<T> task, TimeSpan? step = null)
    {
        await time.PassUntilAsync(() => task.IsCompleted, step);
        return await task;
    }

    /// <summary>Lets time pass until a condition holds, at most a hundred steps a second.</summary>
    public static Task PassUntilAsync(this FakeTimeProvider time, Func<bool> condition, TimeSpan? step = null) =>
        TestTimeouts.UntilAsync(() =>
        {
            if (condition())
            {
                return true;
            }

            time.Advance(step ?? Step);
            return false;
        });
}
