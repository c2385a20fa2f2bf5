using System.Collections.Concurrent;

namespace Notify.Broker.Metrics;

/// <summary>Remembers which limits were reached within the last minute. Safe to use from any thread.</summary>
/// <param name="time">The clock.</param>
internal sealed class RecentRefusals(TimeProvider time)
{
    /// <summary>How long a refusal counts as recent.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Entry> _limits = new(StringComparer.Ordinal);

    /// <summary>Gets the limits that were reached within the last minute, the last one first.</summary>
    public IReadOnlyList<ReachedLimit> All
    {
        get
        {
            var now = time.GetUtcNow();
            return
            [
                .. _limits
                    .Select(static pair => pair.Value.Read(pair.Key))
                    .Where(limit => now - limit.Last < Window)
                    .OrderByDescending(static limit => limit.Last),
            ];
        }
    }

    /// <summary>Counts a refusal.</summary>
    public void Add(string limit) => _limits.GetOrAdd(limit, static _ => new Entry()).Add(time.GetUtcNow());

    private sealed class Entry
    {
        private readonly Lock _gate = new();
        private DateTimeOffset _first;
        private DateTimeOffset _last;
        private long _count;

        public void Add(DateTimeOffset now)
        {
            lock (_gate)
            {
                if (now - _last >= Window)
                {
                    (_first, _count) = (now, 0);
                }

                _last = now;
                _count++;
            }
        }

        public ReachedLimit Read(string limit)
        {
            lock (_gate)
            {
                return new ReachedLimit(limit, _count, _first, _last);
            }
        }
    }
}
