using Notify.Server.Limits;

namespace Notify.Server.EngineIo;

/// <summary>Determines when to read again from a client that exceeded a rate. All times are milliseconds of the monotonic clock.</summary>
internal sealed class ReadThrottle
{
    private TokenBucket _messages;
    private long _readAt;

    /// <summary>Gets the time from which on the client is read from; in the past when there is no wait.</summary>
    public long ReadAt => Volatile.Read(ref _readAt);

    /// <summary>Charges a message. Returns how long to pause reading from the client.</summary>
    public long Charge(TokenRate rate, long now) => _messages.Consume(rate, 1, now);

    /// <summary>Pauses reading from the client. Returns true when it was not paused before.</summary>
    public bool PauseUntil(long milliseconds, long now)
    {
        var begins = _readAt <= now;
        Volatile.Write(ref _readAt, Math.Max(_readAt, now + milliseconds));
        return begins;
    }

    /// <summary>Waits for the pause, and then for <paramref name="ready"/>.</summary>
    public static async Task WaitAsync(TimeSpan wait, TimeProvider time, Func<Task> ready, CancellationToken aborted)
    {
        await Task.Delay(wait, time, aborted);
        await ready();
    }
}
