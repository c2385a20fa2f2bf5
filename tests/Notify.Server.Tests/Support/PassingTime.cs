using Microsoft.Extensions.Time.Testing;

namespace Notify.Server.Tests.Support;

/// <summary>Lets time pass on the clock of a test.</summary>
internal static class PassingTime
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <summary>Lets time pass until a task completes.</summary>
    public static async Task<T> PassUntilAsync<T>(this FakeTimeProvider time, Task<T> task)
    {
        await time.PassUntilAsync(() => task.IsCompleted);
        return await task;
    }

    /// <summary>Lets time pass until a condition holds.</summary>
    public static Task PassUntilAsync(this FakeTimeProvider time, Func<bool> condition) => TestTimeouts.UntilAsync(() =>
    {
        if (condition())
        {
            return true;
        }

        time.Advance(Step);
        return false;
    });
}
