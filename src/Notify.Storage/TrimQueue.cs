using Notify.Broker;

namespace Notify.Storage;

/// <summary>
/// The channels that were sent to so often that they keep too many by now, each due when what is too many is old enough to go. Belongs to
/// the writer's thread.
/// </summary>
internal sealed class TrimQueue(StoreOptions options)
{
    private const int MaxNoted = 100_000;

    // A channel that has so many more than it should is worth a visit; one more is not.
    private const double Slack = 0.25;

    private readonly Dictionary<long, int> _appended = [];
    private readonly Queue<(long Row, long DueAt)> _due = new();

    /// <summary>Notifications of a channel were kept.</summary>
    public void Note(long row, int notifications = 1)
    {
        if (_appended.Count > MaxNoted)
        {
            // They keep a little more than they should until they are sent to again, or until it is too old.
            _appended.Clear();
        }

        var enough = Math.Max(1, (int)(options.HistorySize * Slack));
        var before = _appended.GetValueOrDefault(row);
        _appended[row] = before + notifications;
        if (before < enough && before + notifications >= enough)
        {
            Add(row);
        }
    }

    /// <summary>A channel is known to keep too many.</summary>
    public void Add(long row) => _due.Enqueue((row, MonotonicClock.Now + (long)options.Grace.TotalMilliseconds));

    /// <summary>A channel could not be trimmed, or not to the end.</summary>
    public void AddAgain(long row) => _due.Enqueue((row, 0));

    /// <summary>Takes the next that is due.</summary>
    public bool TryDequeue(out long row)
    {
        row = 0;
        if (!_due.TryPeek(out var next) || next.DueAt > MonotonicClock.Now)
        {
            return false;
        }

        _due.Dequeue();
        _appended.Remove(next.Row);
        row = next.Row;
        return true;
    }
}
