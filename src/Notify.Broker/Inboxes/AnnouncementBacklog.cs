using Notify.Broker.Channels;

namespace Notify.Broker.Inboxes;

/// <summary>
/// Finds the recent announcements of a channel, which are the items of somebody who follows it from now on. It reads at most once a minute.
/// Belongs to the channel's actor.
/// </summary>
/// <param name="reader">Reads the announcements.</param>
/// <param name="age">How old an announcement may be (<c>NOTIFY_ANNOUNCE_BACKLOG</c>).</param>
/// <param name="time">The clock.</param>
internal sealed class AnnouncementBacklog(ChannelReader reader, TimeSpan age, TimeProvider time)
{
    private static readonly long Interval = (long)TimeSpan.FromMinutes(1).TotalMilliseconds;

    private Task<long>? _finding;
    private long _beganAt;
    private long? _found;

    /// <summary>Gets what <see cref="FindAsync"/> found last; null when it has found nothing yet.</summary>
    public long? Found => _found = _finding is { IsCompletedSuccessfully: true } finding ? finding.Result : _found;

    /// <summary>Returns the offset before the first recent announcement.</summary>
    /// <param name="floor">The offset before the first announcement.</param>
    /// <param name="last">The offset of the newest one.</param>
    public Task<long> FindAsync(long floor, long last)
    {
        var now = time.GetMilliseconds();
        if (_finding is { IsCompleted: false } || (_finding is { IsCompletedSuccessfully: true } && now - _beganAt < Interval))
        {
            return _finding;
        }

        // Time only goes on, so what was too old before need not be read again.
        var after = Math.Max(Found ?? 0, floor);
        _beganAt = now;
        return _finding = reader.FindYoungerAsync(after, last, (time.GetUtcNow() - age).ToUnixTimeMilliseconds()).AsTask();
    }
}
