using Notify.Broker;

namespace Notify.Storage.Sqlite;

/// <summary>
/// What is kept in the table <c>tail</c> and not yet in its place, in memory as well, so that nobody has to read that table: the newest
/// notifications of the channels that were just sent to, in two generations, of which the older is being folded into its place. Written
/// by the writer's thread when a transaction is committed, read by any.
/// </summary>
internal sealed class SqliteTail
{
    // What a row takes beside its payload.
    private const int RowOverhead = 120;

    private readonly Lock _lock = new();
    private Dictionary<long, List<TailRow>> _young = [];
    private Dictionary<long, List<TailRow>> _folding = [];
    private long _youngSince;

    /// <summary>How many rows are young.</summary>
    public int YoungRows { get; private set; }

    /// <summary>What the young rows take in memory, in bytes.</summary>
    public long YoungBytes { get; private set; }

    /// <summary>Whether there are rows that are being folded.</summary>
    public bool IsFolding => _folding.Count > 0;

    /// <summary>How long the oldest of the young rows has been here.</summary>
    public TimeSpan YoungAge => YoungRows == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(MonotonicClock.Now - _youngSince);

    /// <summary>The channels whose rows are being folded.</summary>
    public IReadOnlyDictionary<long, List<TailRow>> Folding => _folding;

    /// <summary>They are committed.</summary>
    public void Add(IReadOnlyList<TailRow> rows)
    {
        lock (_lock)
        {
            if (YoungRows == 0)
            {
                _youngSince = MonotonicClock.Now;
            }

            foreach (var row in rows)
            {
                if (!_young.TryGetValue(row.Channel, out var mine))
                {
                    _young.Add(row.Channel, mine = new List<TailRow>(4));
                }

                mine.Add(row);
                YoungBytes += row.Payload.Length + RowOverhead;
            }

            YoungRows += rows.Count;
        }
    }

    /// <summary>The young rows are to be folded; those before them have been.</summary>
    public void BeginFold()
    {
        lock (_lock)
        {
            (_young, _folding) = ([], _young);
            (YoungRows, YoungBytes) = (0, 0);
        }
    }

    /// <summary>So many of the oldest rows of these channels are in their place, committed.</summary>
    public void EndFold(IReadOnlyList<(long Channel, int Rows)> slice)
    {
        lock (_lock)
        {
            foreach (var (channel, rows) in slice)
            {
                var mine = _folding[channel];
                mine.RemoveRange(0, rows);
                if (mine.Count == 0)
                {
                    _folding.Remove(channel);
                }
            }
        }
    }

    /// <summary>Whether there are rows of a channel.</summary>
    public bool Has(long channel)
    {
        lock (_lock)
        {
            return _young.ContainsKey(channel) || _folding.ContainsKey(channel);
        }
    }

    /// <summary>
    /// A channel's rows above an offset, oldest first, at least one and otherwise no more than so many bytes. Rows only go from here to
    /// their place: who reads both asks here first.
    /// </summary>
    public List<TailRow> Read(long channel, long after, int maxBytes)
    {
        var page = new List<TailRow>();
        lock (_lock)
        {
            var bytes = 0;
            foreach (var generation in new[] { _folding, _young })
            {
                if (!generation.TryGetValue(channel, out var rows))
                {
                    continue;
                }

                // The fence lets no hole come into being.
                for (var i = (int)Math.Clamp(after - rows[0].Offset + 1, 0, rows.Count); i < rows.Count; i++)
                {
                    bytes += rows[i].Payload.Length + RowOverhead;
                    if (page.Count > 0 && bytes > maxBytes)
                    {
                        return page;
                    }

                    page.Add(rows[i]);
                }
            }
        }

        return page;
    }

    /// <summary>The last offset of every channel that has rows.</summary>
    public Dictionary<long, long> Lasts()
    {
        lock (_lock)
        {
            var lasts = _folding.ToDictionary(each => each.Key, each => each.Value[^1].Offset);
            foreach (var (channel, rows) in _young)
            {
                lasts[channel] = rows[^1].Offset;
            }

            return lasts;
        }
    }
}
