using Notify.Server.Limits;

namespace Notify.Server.EngineIo;

/// <summary>When a client is read from again that said more than it may. All times are milliseconds of the monotonic clock.</summary>
internal sealed class ReadThrottle
{
    private TokenBucket _messages;
    private long _readAt;

    /// <summary>From when on it is read from; in the past when it need not wait.</summary>
    public long ReadAt => Volatile.Read(ref _readAt);

    /// <summary>Charges a message. Returns how long the client is not to be read from for it.</summary>
    public long Charge(TokenRate rate, long now) => _messages.Consume(rate, 1, now);

    /// <summary>The client is not read from for so long. True when it did not wait already.</summary>
    public bool PauseUntil(long milliseconds, long now)
    {
        var begins = _readAt <= now;
        Volatile.Write(ref _readAt, Math.Max(_readAt, now + milliseconds));
        return begins;
    }

    /// <summary>Waits until the client may be read from, and then for <paramref name="ready"/>.</summary>
    public static async Task WaitAsync(TimeSpan wait, Func<Task> ready, CancellationToken aborted)
    {
        await Task.Delay(wait, aborted);
        await ready();
    }
}
