using System.Diagnostics;

namespace Notify.Chaos;

/// <summary>Waits for conditions, long enough for a busy machine.</summary>
internal static class TestTimeouts
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Waits until a condition holds.</summary>
    /// <exception cref="TimeoutException">The condition does not hold. The message is the complaint.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> complaint)
    {
        for (var began = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(50))
        {
            if (Stopwatch.GetElapsedTime(began) >= Limit)
            {
                throw new TimeoutException(complaint());
            }
        }
    }

    public static Task UntilAsync(Func<bool> condition, Func<string> complaint) =>
        UntilAsync(() => Task.FromResult(condition()), complaint);
}
