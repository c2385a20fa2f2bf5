using Akka.Actor;

namespace Notify.Broker.Connections;

/// <summary>
/// Limits the joins of a node that are under way, and a quarter of them for one party (an address, or a connection without one). Further
/// joins take turns, a few joins each. A client that joins many channels therefore only delays itself.
/// </summary>
/// <param name="most">The maximum number of joins under way.</param>
/// <param name="maxSubscriptions">The maximum number of subscriptions of all connections together.</param>
public sealed class NodeJoins(int most, long maxSubscriptions)
{
    private const int Turn = 16;
    private const int PartyShare = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Party> _parties = [];
    private readonly Queue<Party> _turns = [];
    private readonly int _partyMost = Math.Max(most / PartyShare, 1);
    private long _subscriptions;
    private int _underWay;
    private long _nameless;

    /// <summary>Gets the number of joins under way.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>Gets the number of subscriptions of all connections together.</summary>
    public long Subscriptions => Volatile.Read(ref _subscriptions);

    /// <summary>Creates a party for a connection without an address.</summary>
    public ulong NewParty() => 1UL << 63 | (ulong)Interlocked.Increment(ref _nameless);

    /// <summary>Reserves a subscription. Returns false when the limit is reached.</summary>
    public bool TryAdd()
    {
        if (Interlocked.Increment(ref _subscriptions) <= maxSubscriptions)
        {
            return true;
        }

        Remove(1);
        return false;
    }

    /// <summary>Releases subscriptions.</summary>
    public void Remove(int count) => Interlocked.Add(ref _subscriptions, -count);

    /// <summary>Begins a join at once, if no other connection waits and there is room.</summary>
    public bool TryEnter(ulong party)
    {
        lock (_lock)
        {
            if (_turns.Count > 0 || _underWay >= most)
            {
                return false;
            }

            var known = Find(party);
            if (known.UnderWay >= _partyMost)
            {
                return false;
            }

            known.UnderWay++;
            _underWay++;
            return true;
        }
    }

    /// <summary>
    /// Queues a connection. <paramref name="connection"/> receives <see cref="ConnectionCommands.JoinTurn"/> at its turn.
    /// </summary>
    /// <returns>The place in the queue, for <see cref="Take"/> and <see cref="Cancel"/>.</returns>
    internal Waiter Wait(ulong party, IActorRef connection)
    {
        lock (_lock)
        {
            var waiter = new Waiter(Find(party), connection);
            (waiter.Party.Waiting ??= []).Enqueue(waiter);
            Queue(waiter.Party);
            Grant();
            return waiter;
        }
    }

    /// <summary>Returns the number of joins that the granted turn allows. They count as under way from now on.</summary>
    internal int Take(Waiter waiter)
    {
        lock (_lock)
        {
            var granted = waiter.Granted;
            waiter.Granted = 0;
            return granted;
        }
    }

    /// <summary>Removes a connection from the queue, and returns the joins that it was granted and did not use.</summary>
    internal void Cancel(Waiter waiter)
    {
        lock (_lock)
        {
            waiter.IsCancelled = true;
            End(waiter.Party, waiter.Granted);
            waiter.Granted = 0;
        }
    }

    /// <summary>Counts joins that were answered, or ended without an answer.</summary>
    public void Leave(ulong party, int count = 1)
    {
        lock (_lock)
        {
            if (_parties.TryGetValue(party, out var known))
            {
                End(known, count);
            }
        }
    }

    private Party Find(ulong party)
    {
        if (!_parties.TryGetValue(party, out var known))
        {
            _parties.Add(party, known = new Party(party));
        }

        return known;
    }

    private void End(Party party, int count)
    {
        _underWay -= count;
        party.UnderWay -= count;
        Queue(party);
        Grant();
        if (party is { UnderWay: 0, IsQueued: false } && party.Waiting is not { Count: > 0 })
        {
            _parties.Remove(party.Key);
        }
    }

    private void Queue(Party party)
    {
        if (!party.IsQueued && party.Waiting is { Count: > 0 } && party.UnderWay < _partyMost)
        {
            party.IsQueued = true;
            _turns.Enqueue(party);
        }
    }

    private void Grant()
    {
        while (_underWay < most && _turns.TryDequeue(out var party))
        {
            party.IsQueued = false;
            while (party.Waiting!.TryDequeue(out var waiter))
            {
                if (waiter.IsCancelled)
                {
                    continue;
                }

                waiter.Granted = Math.Min(Turn, Math.Min(most - _underWay, _partyMost - party.UnderWay));
                party.UnderWay += waiter.Granted;
                _underWay += waiter.Granted;
                waiter.Connection.Tell(ConnectionCommands.JoinTurn.Instance);
                break;
            }

            Queue(party);
        }
    }

    /// <summary>Represents a connection that waits for its turn.</summary>
    /// <param name="party">The party to which its joins are charged.</param>
    /// <param name="connection">The actor that receives the turn.</param>
    internal sealed class Waiter(Party party, IActorRef connection)
    {
        public Party Party { get; } = party;

        public IActorRef Connection { get; } = connection;

        public int Granted { get; set; }

        public bool IsCancelled { get; set; }
    }

    /// <summary>Counts the joins of one party.</summary>
    /// <param name="key">The party's key.</param>
    internal sealed class Party(ulong key)
    {
        public ulong Key { get; } = key;

        public Queue<Waiter>? Waiting { get; set; }

        public int UnderWay { get; set; }

        public bool IsQueued { get; set; }
    }
}
