using System.Diagnostics.CodeAnalysis;

namespace Notify.Broker.Recovery;

/// <summary>
/// The sessions of this node that can be recovered: those that are connected, and for a while those whose connection broke. What is
/// retained is bounded by its age and its cost. When it costs too much, whoever has most of it loses first (<see cref="RetainedAccount"/>).
/// </summary>
public sealed class RecoverableSessions : ISessionHolders, IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly PrivateIds _ids;
    private readonly TimeSpan _retain;
    private readonly long _capacity;
    private readonly TimeProvider _time;
    private readonly BrokerMetrics _metrics;
    private readonly ITimer _sweep;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _sessions = new(StringComparer.Ordinal);

    // In the order in which they were retained, which is the order in which they are due.
    private readonly LinkedList<Entry> _retained = new();
    private readonly RetainedAccount _account = new();

    /// <summary>Starts the sweep.</summary>
    /// <param name="ids">Tells which private ids are this node's.</param>
    /// <param name="retain">How long a session is retained.</param>
    /// <param name="capacity">What the retained ones may cost together, in bytes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Counts the retained ones.</param>
    public RecoverableSessions(PrivateIds ids, TimeSpan retain, long capacity, TimeProvider time, BrokerMetrics metrics)
    {
        _ids = ids;
        _retain = retain;
        _capacity = capacity;
        _time = time;
        _metrics = metrics;
        _sweep = time.CreateTimer(static sessions => ((RecoverableSessions)sessions!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>How many sessions are retained without a connection.</summary>
    public int Retained
    {
        get
        {
            lock (_lock)
            {
                return _retained.Count;
            }
        }
    }

    /// <summary>A session is connected.</summary>
    /// <param name="session">The session.</param>
    /// <param name="party">Whom it is charged to when it is retained: the address of its connection, or 0.</param>
    /// <param name="end">Ends its connection; its session is <see cref="Retain"/>ed or forgotten when that returns.</param>
    public void Add(RecoverableSession session, ulong party, Action end)
    {
        lock (_lock)
        {
            Drop(session.PrivateId);
            _sessions.Add(session.PrivateId, new Entry(session, party) { End = end });
        }
    }

    /// <summary>A session's connection broke. Nothing happens when the session was taken over or forgotten meanwhile.</summary>
    public void Retain(RecoverableSession session)
    {
        // Grows with what the session has joined, so nobody waits for it.
        var cost = session.Log.Cost;
        lock (_lock)
        {
            if (TryFind(session, out var entry))
            {
                Keep(entry, cost);
            }
        }
    }

    /// <summary>Retains a session that was taken over and not connected.</summary>
    /// <param name="session">The session.</param>
    /// <param name="party">Whom it is charged to: the address of whoever took it over, or 0.</param>
    public void GiveBack(RecoverableSession session, ulong party)
    {
        var cost = session.Log.Cost;
        lock (_lock)
        {
            if (!_sessions.ContainsKey(session.PrivateId))
            {
                var entry = new Entry(session, party);
                _sessions.Add(session.PrivateId, entry);
                Keep(entry, cost);
            }
        }
    }

    /// <summary>A session can be recovered no longer.</summary>
    public void Forget(RecoverableSession session)
    {
        lock (_lock)
        {
            if (TryFind(session, out _))
            {
                Drop(session.PrivateId);
            }
        }
    }

    /// <inheritdoc />
    public Task<SessionHandover> ClaimAsync(string privateId)
    {
        Entry? entry;
        lock (_lock)
        {
            ForgetLate();
            if (_sessions.TryGetValue(privateId, out entry))
            {
                Drop(privateId);
            }
        }

        // Its connection may not have noticed yet that the client is gone, and must not write to the log any more.
        entry?.End?.Invoke();
        return Task.FromResult<SessionHandover>(
            entry is not null ? new SessionHandover.Found(entry.Session)
            : _ids.IsOwn(privateId) ? SessionHandover.Over.Instance
            : SessionHandover.HolderGone.Instance);
    }

    /// <inheritdoc />
    public void Dispose() => _sweep.Dispose();

    private void Sweep()
    {
        lock (_lock)
        {
            ForgetLate();
        }
    }

    private bool TryFind(RecoverableSession session, [NotNullWhen(true)] out Entry? entry) =>
        _sessions.TryGetValue(session.PrivateId, out entry) && ReferenceEquals(entry.Session, session);

    private void Keep(Entry entry, int cost)
    {
        if (entry.Place is not null)
        {
            return;
        }

        entry.End = null;
        entry.At = _time.GetTimestamp();
        entry.Place = _retained.AddLast(entry);
        entry.Account = _account.Add(entry.Session.PrivateId, entry.Party, cost);
        _metrics.SessionRetained(cost);
        ForgetLate();
        while (_account.Cost > _capacity && _account.First is { } first)
        {
            _metrics.SessionForgotten();
            Drop(first.PrivateId);
        }
    }

    private void ForgetLate()
    {
        while (_retained.First is { } first && _time.GetElapsedTime(first.Value.At) >= _retain)
        {
            Drop(first.Value.Session.PrivateId);
        }
    }

    private void Drop(string privateId)
    {
        if (_sessions.Remove(privateId, out var entry) && entry is { Place: { } place, Account: { } account })
        {
            _retained.Remove(place);
            _account.Remove(account);
            _metrics.SessionReleased(account.Cost);
        }
    }

    private sealed class Entry(RecoverableSession session, ulong party)
    {
        public RecoverableSession Session { get; } = session;

        public ulong Party { get; } = party;

        /// <summary>Ends the connection; null when there is none.</summary>
        public Action? End { get; set; }

        public LinkedListNode<Entry>? Place { get; set; }

        public RetainedAccount.Place? Account { get; set; }

        public long At { get; set; }
    }
}
