using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Notify.Broker;

namespace Notify.Server.Limits;

/// <summary>
/// Tracks each address that has connections or was recently active. Once a minute, entries without content are removed. Above its capacity
/// new addresses share entries: their rates are limited together, and their connections are not counted.
/// </summary>
/// <param name="capacity">The number of addresses to track.</param>
/// <param name="time">The clock.</param>
internal sealed class AddressTable(int capacity, TimeProvider time)
{
    private const int StripeCount = 64;
    private const long SweepInterval = 60_000;

    private readonly Stripe[] _stripes =
    [
        .. Enumerable.Range(0, StripeCount)
            .Select(_ => new Stripe(Math.Max(capacity / StripeCount, 1), time.GetMilliseconds() + SweepInterval)),
    ];

    /// <summary>Changes an entry.</summary>
    /// <typeparam name="TArgument">The type of the argument.</typeparam>
    /// <param name="entry">The entry.</param>
    /// <param name="isShared">Whether the entry stands for several addresses.</param>
    /// <param name="argument">The argument of the change.</param>
    /// <param name="now">The time, in milliseconds of the monotonic clock.</param>
    public delegate bool Change<TArgument>(ref AddressEntry entry, bool isShared, TArgument argument, long now);

    /// <summary>Changes an entry that may no longer exist.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="argument">The argument of the change.</param>
    public delegate void Return(ref AddressEntry entry, int argument);

    /// <summary>Gets the number of tracked addresses.</summary>
    public int Count => _stripes.Sum(stripe => stripe.Count);

    /// <summary>Changes the entry of an address exclusively.</summary>
    /// <returns>The result of the change.</returns>
    public bool Apply<TArgument>(AddressKey key, TArgument argument, Change<TArgument> change) =>
        StripeOf(key).Apply(key, argument, change, time.GetMilliseconds());

    /// <summary>Changes the entry of an address if it exists. Without an entry nothing was counted, and nothing must be released.</summary>
    public void GiveBack(AddressKey key, int argument, Return change) => StripeOf(key).GiveBack(key, argument, change);

    private Stripe StripeOf(AddressKey key) => _stripes[(key.Value * 0x9E37_79B9_7F4A_7C15) >> 58];

    private sealed class Stripe(int capacity, long sweepAt)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<AddressKey, AddressEntry> _entries = [];
        private AddressEntry _others;
        private long _sweepAt = sweepAt;

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

        public bool Apply<TArgument>(AddressKey key, TArgument argument, Change<TArgument> change, long now)
        {
            lock (_lock)
            {
                Sweep(now);
                if (_entries.Count >= capacity && !_entries.ContainsKey(key))
                {
                    return change(ref _others, true, argument, now);
                }

                return change(ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out _), false, argument, now);
            }
        }

        public void GiveBack(AddressKey key, int argument, Return change)
        {
            lock (_lock)
            {
                ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, key);
                if (!Unsafe.IsNullRef(ref entry))
                {
                    change(ref entry, argument);
                }
            }
        }

        private void Sweep(long now)
        {
            if (now < _sweepAt)
            {
                return;
            }

            _sweepAt = now + SweepInterval;
            foreach (var (key, entry) in _entries)
            {
                if (entry.IsIdle(now))
                {
                    _entries.Remove(key);
                }
            }
        }
    }
}
