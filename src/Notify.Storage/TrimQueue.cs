using Notify.Broker;

namespace Notify.Storage;

/// <summary>
/// Queues the channels that exceed the history size. Each is due when its surplus notifications are old enough to be removed. Belongs to
/// the writer's thread.
/// </summary>
internal sealed class TrimQueue(ChannelOptions channels, StoreOptions options)
{
    private const int MaxNoted = 100_000;

    // A channel is queued when its surplus reaches this fraction of the history size, so that a trim is worth its cost.
    private const double Slack = 0.25;

    private readonly Dictionary<long, int> _appended = [];
    private readonly Queue<(long Row, long DueAt)> _due = new();

    /// <summary>Counts notifications that were stored in a channel.</summary>
    public void Note(long row, int notifications = 1)
    {
        if (_appended.Count > MaxNoted)
        {
            // These channels exceed the limit slightly until their next publish, or until the surplus expires by age.
            _appended.Clear();
        }

        var enough = Math.Max(1, (int)(channels.HistorySize * Slack));
        var before = _appended.GetValueOrDefault(row);
        _appended[row] = before + notifications;
        if (before < enough && before + notifications >= enough)
        {
            Add(row);
        }
    }

    /// <summary>Adds a channel that exceeds the history size.</summary>
    public void Add(long row) => _due.Enqueue((row, options.Time.GetMilliseconds() + (long)options.Grace.TotalMilliseconds));

    /// <summary>Adds a channel again that could not be trimmed completely.</summary>
    public void AddAgain(long row) => _due.Enqueue((row, 0));

    /// <summary>Removes the next channel that is due.</summary>
    public bool TryDequeue(out long row)
    {
        row = 0;
        if (!_due.TryPeek(out var next) || next.DueAt > options.Time.GetMilliseconds())
        {
            return false;
        }

        _due.Dequeue();
        _appended.Remove(next.Row);
        row = next.Row;
        return true;
    }
}
