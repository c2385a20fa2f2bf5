namespace Notify.Broker.Recovery;

/// <summary>
/// Accounts for what retained sessions cost, by party (an address, or a session that has none), and says which of them goes first: of the
/// party that costs most its largest. So whoever costs less than an even share loses nothing to anybody. Pure; each call takes
/// logarithmic time.
/// </summary>
internal sealed class RetainedAccount
{
    private readonly Dictionary<ulong, Party> _parties = [];
    private readonly SortedSet<Party> _byCost = new(Comparer<Party>.Create(static (a, b) => Compare(a.Cost, b.Cost, a.Number, b.Number)));
    private long _numbers;

    /// <summary>What all of them cost, in bytes.</summary>
    public long Cost { get; private set; }

    /// <summary>The session that goes first; null when there is none.</summary>
    public Place? First => _byCost.Max?.Largest;

    /// <summary>A session is retained.</summary>
    /// <param name="privateId">The session.</param>
    /// <param name="party">Whom it is charged to; 0 when its connection had no address, and it is a party of its own.</param>
    /// <param name="cost">What it costs, in bytes.</param>
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

    /// <summary>A session is retained no longer.</summary>
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

    // Its place in the order is by its cost, which must not change while it is there.
    private void Charge(Party party, Place place, long cost)
    {
        _byCost.Remove(party);
        party.Add(place);
        Cost += cost;
        _byCost.Add(party);
    }

    // Of equals the one that came first is the larger one, because it goes first.
    private static int Compare(long cost, long otherCost, long number, long otherNumber) =>
        cost != otherCost ? cost.CompareTo(otherCost) : otherNumber.CompareTo(number);

    /// <summary>Holds one session's place in the account.</summary>
    /// <param name="privateId">The session.</param>
    /// <param name="party">Whom it is charged to.</param>
    /// <param name="cost">What it costs.</param>
    /// <param name="number">Rises with each place.</param>
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
    /// <param name="key">Its key.</param>
    /// <param name="number">Rises with each party.</param>
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
