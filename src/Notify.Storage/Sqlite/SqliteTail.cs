using Notify.Broker;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Mirrors in memory the rows of the table <c>tail</c> that are not compacted yet, so that no reader has to read that table. These are the
/// newest notifications of recently used channels, in two generations; the older one is being compacted into <c>notification</c>. The
/// writer's thread writes here after each commit, and any thread reads.
/// </summary>
internal sealed class SqliteTail(TimeProvider time)
{
    // The estimated size of a row beside its payload.
    private const int RowOverhead = 120;

    private readonly Lock _lock = new();
    private Dictionary<long, List<TailRow>> _young = [];
    private Dictionary<long, List<TailRow>> _compacting = [];
    private long _youngSince;

    /// <summary>Gets the number of young rows.</summary>
    public int YoungRows { get; private set; }

    /// <summary>Gets the size of the young rows in memory, in bytes.</summary>
    public long YoungBytes { get; private set; }

    /// <summary>Gets whether rows are being compacted.</summary>
    public bool IsCompacting => _compacting.Count > 0;

    /// <summary>Gets the age of the oldest young row.</summary>
    public TimeSpan YoungAge => YoungRows == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(time.GetMilliseconds() - _youngSince);

    /// <summary>Gets the rows that are being compacted, by channel.</summary>
    public IReadOnlyDictionary<long, List<TailRow>> Compacting => _compacting;

    /// <summary>Adds committed rows.</summary>
    public void Add(IReadOnlyList<TailRow> rows)
    {
        lock (_lock)
        {
            if (YoungRows == 0)
            {
                _youngSince = time.GetMilliseconds();
            }

            foreach (var row in rows)
            {
                if (!_young.TryGetValue(row.Channel, out var mine))
                {
                    _young.Add(row.Channel, mine = new List<TailRow>(4));
                }

                mine.Add(row);
                YoungBytes += row.Size + RowOverhead;
            }

            YoungRows += rows.Count;
        }
    }

    /// <summary>Starts compacting the young rows. The rows before them are already compacted.</summary>
    public void BeginCompaction()
    {
        lock (_lock)
        {
            (_young, _compacting) = ([], _young);
            (YoungRows, YoungBytes) = (0, 0);
        }
    }

    /// <summary>Removes the oldest rows of these channels after their compaction is committed.</summary>
    public void EndCompaction(IReadOnlyList<(long Channel, int Rows)> slice)
    {
        lock (_lock)
        {
            foreach (var (channel, rows) in slice)
            {
                var mine = _compacting[channel];
                mine.RemoveRange(0, rows);
                if (mine.Count == 0)
                {
                    _compacting.Remove(channel);
                }
            }
        }
    }

    /// <summary>Returns whether a channel has rows.</summary>
    public bool Has(long channel)
    {
        lock (_lock)
        {
            return _young.ContainsKey(channel) || _compacting.ContainsKey(channel);
        }
    }

    /// <summary>
    /// Reads a channel's rows above an offset, oldest first: at least one, and otherwise no more than the given number of bytes. Rows only
    /// move from here to the table <c>notification</c>, so a reader of both must read here first.
    /// </summary>
    public List<TailRow> Read(long channel, long after, int maxBytes)
    {
        var page = new List<TailRow>();
        lock (_lock)
        {
            var bytes = 0;
            foreach (var generation in new[] { _compacting, _young })
            {
                if (!generation.TryGetValue(channel, out var rows))
                {
                    continue;
                }

                // The fence prevents gaps.
                for (var i = (int)Math.Clamp(after - rows[0].Offset + 1, 0, rows.Count); i < rows.Count; i++)
                {
                    bytes += rows[i].Size + RowOverhead;
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

    /// <summary>Returns the last offset of a channel; null when it has no rows.</summary>
    public long? LastOf(long channel)
    {
        lock (_lock)
        {
            return _young.TryGetValue(channel, out var rows) || _compacting.TryGetValue(channel, out rows) ? rows[^1].Offset : null;
        }
    }

    /// <summary>Returns the last offset of every channel that has rows.</summary>
    public Dictionary<long, long> Lasts()
    {
        lock (_lock)
        {
            var lasts = _compacting.ToDictionary(each => each.Key, each => each.Value[^1].Offset);
            foreach (var (channel, rows) in _young)
            {
                lasts[channel] = rows[^1].Offset;
            }

            return lasts;
        }
    }
}
