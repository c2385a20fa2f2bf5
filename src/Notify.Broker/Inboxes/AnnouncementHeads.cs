using Notify.Broker.Messages;

namespace Notify.Broker.Inboxes;

/// <summary>
/// Reads the heads of announcement channels from their owners. All requests of a node that wait for one channel share one question, which
/// begins after them, so that a page that is loaded by everybody at once costs the owner little and still knows the newest announcement.
/// </summary>
/// <param name="ask">Asks an owner; null when it did not respond in time.</param>
internal sealed class AnnouncementHeads(Func<ReadAnnouncement, Task<AnnouncementRead?>> ask)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Questions> _underWay = new(StringComparer.Ordinal);

    /// <summary>Reads the head of a channel. Null when its owner did not respond in time.</summary>
    public Task<AnnouncementRead?> FindAsync(string name)
    {
        lock (_lock)
        {
            if (!_underWay.TryGetValue(name, out var questions))
            {
                questions = new Questions();
                _underWay.Add(name, questions);
                return questions.Current = AskAsync(name, questions);
            }

            // The question under way may have been answered before this request.
            return questions.Next ??= AskNextAsync(name, questions, questions.Current!);
        }
    }

    private async Task<AnnouncementRead?> AskNextAsync(string name, Questions questions, Task current)
    {
        await current.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            (questions.Current, questions.Next) = (questions.Next, null);
            _underWay[name] = questions;
        }

        return await AskAsync(name, questions);
    }

    private async Task<AnnouncementRead?> AskAsync(string name, Questions questions)
    {
        // Outside of the lock of the caller.
        await Task.Yield();
        try
        {
            return await ask(new ReadAnnouncement(name));
        }
        finally
        {
            lock (_lock)
            {
                if (questions.Next is null)
                {
                    _underWay.Remove(name);
                }
            }
        }
    }

    private sealed class Questions
    {
        public Task<AnnouncementRead?>? Current { get; set; }

        public Task<AnnouncementRead?>? Next { get; set; }
    }
}
