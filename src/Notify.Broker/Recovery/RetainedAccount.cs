namespace Notify.Broker.Recovery;

/// <summary>
/// Accounts for the cost of retained sessions by party (an address, or a session without one), and selects the session to remove first: the
/// largest of the party with the highest cost. A party that costs less than an even share therefore never loses a session to another party.
/// Pure; each call takes logarithmic time.
/// </summary>
internal sealed class RetainedAccount
{
    private readonly Dictionary<ulong, Party> _parties = [];
    private readonly SortedSet<Party> _byCost = new(Comparer<Party>.Create(static (a, b) => Compare(a.Cost, b.Cost, a.Number, b.Number)));
    private long _numbers;

    /// <summary>Gets the cost of all sessions, in bytes.</summary>
    public long Cost { get; private set; }

    /// <summary>Gets the session to remove first; null when there is none.</summary>
    public Place? First => _byCost.Max?.Largest;

    /// <summary>Adds a retained session.</summary>
    /// <param name="privateId">The session's private id.</param>
    /// <param name="party">The party to which it is charged; 0 for a connection without an address, which is a party of its own.</param>
    /// <param name="cost">The session's cost, in bytes.</param>
    public Place Add(string privateId, ulong party, long cost)
    {
        var number = ++_numbers;
        if (party == 0)
        {
            var alone = new Party(key: 0, number);
            var only = new Place(privateId, alone, cost, number);
            Charge(alone, only, cost);
            return only;
        }

        if (!_parties.TryGetValue(party, out var known))
        {
            _parties.Add(party, known = new Party(party, number));
        }

        var place = new Place(privateId, known, cost, number);
        Charge(known, place, cost);
        return place;
    }

    /// <summary>Removes a session that is no longer retained.</summary>
    public void Remove(Place place)
    {
        var party = place.Party;
        _byCost.Remove(party);
        party.Remove(place);
        Cost -= place.Cost;
        if (party.Largest is null)
        {
            _parties.Remove(party.Key);
        }
        else
        {
            _byCost.Add(party);
        }
    }

    // The party is ordered by its cost, so it is removed from the order while its cost changes.
    private void Charge(Party party, Place place, long cost)
    {
        _byCost.Remove(party);
        party.Add(place);
        Cost += cost;
        _byCost.Add(party);
    }

    // Of equal ones the earlier counts as larger, so that it is removed first.
    private static int Compare(long cost, long otherCost, long number, long otherNumber) =>
        cost != otherCost ? cost.CompareTo(otherCost) : otherNumber.CompareTo(number);

    /// <summary>Represents one session in the account.</summary>
    /// <param name="privateId">The session's private id.</param>
    /// <param name="party">The party to which it is charged.</param>
    /// <param name="cost">The session's cost, in bytes.</param>
    /// <param name="number">A number that increases with each session.</param>
    internal sealed class Place(string privateId, Party party, long cost, long number)
    {
        internal static readonly Comparer<Place> ByCost =
            Comparer<Place>.Create(static (a, b) => Compare(a.Cost, b.Cost, a.Number, b.Number));

        public string PrivateId { get; } = privateId;

        internal Party Party { get; } = party;

        internal long Cost { get; } = cost;

        internal long Number { get; } = number;
    }

    /// <summary>Sums up the sessions of one party.</summary>
    /// <param name="key">The party's key.</param>
    /// <param name="number">A number that increases with each party.</param>
    internal sealed class Party(ulong key, long number)
    {
        // Most parties have one session, for which a set is several times the size.
        private Place? _only;
        private SortedSet<Place>? _several;

        public ulong Key { get; } = key;

        public long Number { get; } = number;

        public long Cost { get; private set; }

        public Place? Largest => _several?.Max ?? _only;

        public void Add(Place place)
        {
            Cost += place.Cost;
            if (_several is null && _only is null)
            {
                _only = place;
                return;
            }

            if (_several is null)
            {
                _several = new SortedSet<Place>(Place.ByCost) { _only! };
                _only = null;
            }

            _several.Add(place);
        }

        public void Remove(Place place)
        {
            Cost -= place.Cost;
            if (_several is null)
            {
                _only = null;
            }
            else
            {
                _several.Remove(place);
            }
        }
    }
}
