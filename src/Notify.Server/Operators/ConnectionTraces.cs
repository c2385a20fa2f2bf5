using Notify.Broker.Connections;

namespace Notify.Server.Operators;

/// <summary>
/// Holds the traces of the connections of this node. A trace begins when an operator asks for it, and is forgotten ten minutes after the
/// last time, also when its connection has ended meanwhile. Safe to use from any thread.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class ConnectionTraces(TimeProvider time) : IDisposable
{
    /// <summary>The largest number of traces.</summary>
    public const int MaxTraces = 100;

    /// <summary>How long a trace is kept after an operator asked for it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Gets the number of traces.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Begins to trace a connection, or continues. Returns false when there are too many traces.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="queue">Its send queue, which has the trace from now on.</param>
    public bool TryTrace(ConnectionInfo connection, SendQueue queue)
    {
        lock (_lock)
        {
            if (TryRenew(connection.Connection))
            {
                return true;
            }

            if (_entries.Count >= MaxTraces)
            {
                return false;
            }

            var entry = new Entry(connection, queue, new ConnectionTrace(time), time.GetUtcNow());
            entry.Timer = time.CreateTimer(_ => Forget(entry), state: null, Lease, Timeout.InfiniteTimeSpan);
            _entries.Add(connection.Connection, entry);
            queue.Trace = entry.Trace;
            return true;
        }
    }

    /// <summary>Keeps a trace for another ten minutes. Returns false when there is none.</summary>
    /// <param name="id">The id of the connection.</param>
    public bool TryRenew(string id)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(id, out var entry))
            {
                return false;
            }

            entry.Until = time.GetUtcNow() + Lease;
            entry.Timer!.Change(Lease, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    /// <summary>Returns what the trace of a connection remembers; null when it is not traced.</summary>
    /// <param name="id">The id of the connection.</param>
    /// <param name="open">The connection, while it is open, which is remembered.</param>
    public (ConnectionInfo Connection, ConnectionTraceInfo Trace)? Find(string id, ConnectionInfo? open)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(id, out var entry))
            {
                return null;
            }

            entry.Connection = open ?? entry.Connection;
            return (
                entry.Connection,
                new ConnectionTraceInfo(entry.Since, entry.Until, [.. entry.Trace.Events.Select(Describe)]));
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var entry in _entries.Values)
            {
                entry.Timer?.Dispose();
            }

            _entries.Clear();
        }
    }

    private static ConnectionEventInfo Describe(ConnectionEvent item) => new()
    {
        At = item.At,
        Event = item.Kind,
        Channel = item.Channel,
        Code = item.Code,
        Epoch = item.Position?.Epoch,
        Offset = item.Position?.Offset,
        Recovered = item.Recovered,
        Count = item.Count,
    };

    private void Forget(Entry entry)
    {
        lock (_lock)
        {
            // The timer may have fired just before the trace was renewed.
            if (time.GetUtcNow() < entry.Until || !_entries.Remove(entry.Connection.Connection))
            {
                return;
            }

            entry.Timer!.Dispose();
            entry.Queue.Trace = null;
        }
    }

    private sealed class Entry(ConnectionInfo connection, SendQueue queue, ConnectionTrace trace, DateTimeOffset since)
    {
        public ConnectionInfo Connection { get; set; } = connection;

        public SendQueue Queue { get; } = queue;

        public ConnectionTrace Trace { get; } = trace;

        public DateTimeOffset Since { get; } = since;

        public DateTimeOffset Until { get; set; } = since + Lease;

        public ITimer? Timer { get; set; }
    }
}
