using Notify.Broker.Metrics;

namespace Notify.Broker.Inboxes;

/// <summary>Has users follow announcement channels, and tries again for two minutes when an owner does not respond.</summary>
/// <param name="follow">Tries once; see <see cref="AnnouncementQueries.FollowAsync"/>.</param>
/// <param name="time">The clock.</param>
/// <param name="limits">Counts joins that are not tried again.</param>
internal sealed class FollowRetries(
    Func<string, IReadOnlyCollection<string>, bool, Task<bool>> follow, TimeProvider time, LimitMetrics limits)
{
    /// <summary>The maximum number of joins that are tried again at the same time. For others, the next join of the user tries.</summary>
    public const int MaxWaiting = 10_000;

    private const int Attempts = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private int _waiting;

    /// <summary>Has a user follow channels.</summary>
    /// <param name="inbox">The channel of the inbox.</param>
    /// <param name="names">The names of the channels.</param>
    /// <param name="mayCreate">Whether an inbox that is not stored yet is added to the store.</param>
    public async Task FollowAsync(string inbox, IReadOnlyCollection<string> names, bool mayCreate)
    {
        if (await follow(inbox, names, mayCreate))
        {
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _waiting) > MaxWaiting)
            {
                limits.Refused("follows");
                return;
            }

            var pause = FirstPause;
            for (var attempt = 1; attempt < Attempts; attempt++)
            {
                await Task.Delay(pause, time);
                if (await follow(inbox, names, mayCreate))
                {
                    return;
                }

                pause *= 2;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
