using System.Diagnostics.CodeAnalysis;
using Notify.Broker.Metrics;

namespace Notify.Broker.Recovery;

/// <summary>
/// Holds this node's recoverable sessions: the connected ones, and for a while those whose connection broke. Their age and their memory
/// cost are limited. Above the limit of the cost, the party with the highest cost loses sessions first (<see cref="RetainedAccount"/>).
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

    // In the order in which they were retained, which is the order in which they expire.
    private readonly LinkedList<Entry> _retained = new();
    private readonly RetainedAccount _account = new();

    /// <summary>Starts the periodic removal of expired sessions.</summary>
    /// <param name="ids">Recognizes this node's private ids.</param>
    /// <param name="retain">How long a session is retained.</param>
    /// <param name="capacity">The limit of the retained sessions' total cost, in bytes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Counts the retained sessions.</param>
    public RecoverableSessions(PrivateIds ids, TimeSpan retain, long capacity, TimeProvider time, BrokerMetrics metrics)
    {
        _ids = ids;
        _retain = retain;
        _capacity = capacity;
        _time = time;
        _metrics = metrics;
        _sweep = time.CreateTimer(static sessions => ((RecoverableSessions)sessions!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>Gets the number of sessions that are retained without a connection.</summary>
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

    /// <summary>Adds a connected session.</summary>
    /// <param name="session">The session.</param>
    /// <param name="party">The party to which the session is charged while it is retained: the address of its connection, or 0.</param>
    /// <param name="end">Ends the session's connection. The session must be <see cref="Retain"/>ed or forgotten when it returns.</param>
    public void Add(RecoverableSession session, ulong party, Action end)
    {
        lock (_lock)
        {
            Drop(session.PrivateId);
            _sessions.Add(session.PrivateId, new Entry(session, party) { End = end });
        }
    }

    /// <summary>Retains a session whose connection broke, unless it was taken over or forgotten in the meantime.</summary>
    public void Retain(RecoverableSession session)
    {
        // Computed outside of the lock, because it takes longer the more channels the session has joined.
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
    /// <param name="party">The party to which it is charged: the address of the client that took it over, or 0.</param>
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

    /// <summary>Removes a session that can no longer be recovered.</summary>
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

        // The session's connection may not have noticed yet that the client is gone, and must stop writing to the log.
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
        _metrics.Recoveries.Retained(cost);
        ForgetLate();
        while (_account.Cost > _capacity && _account.First is { } first)
        {
            _metrics.Recoveries.Forgotten();
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
            _metrics.Recoveries.Released(account.Cost);
        }
    }

    private sealed class Entry(RecoverableSession session, ulong party)
    {
        public RecoverableSession Session { get; } = session;

        public ulong Party { get; } = party;

        /// <summary>Gets or sets the action that ends the connection; null when there is none.</summary>
        public Action? End { get; set; }

        public LinkedListNode<Entry>? Place { get; set; }

        public RetainedAccount.Place? Account { get; set; }

        public long At { get; set; }
    }
}
