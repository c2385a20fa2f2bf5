using System.Collections.Concurrent;

namespace Notify.Broker.Relays;

/// <summary>Holds this node's relays, whose accounts the owners of channels on this node charge.</summary>
public sealed class LocalRelays
{
    private readonly ConcurrentDictionary<RelayId, LocalRelay> _relays = new();

    // A copy, because every publish looks at all of them.
    private volatile DeliveryAccount[] _accounts = [];

    /// <summary>Gets the account of a relay of this node; null for a relay of another node.</summary>
    public DeliveryAccount? Find(RelayId relay) => _relays.GetValueOrDefault(relay)?.Account;

    /// <summary>Gets whether every relay of this node has credit.</summary>
    public bool HaveCredit
    {
        get
        {
            foreach (var account in _accounts)
            {
                if (!account.HasCredit)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Gets the number of relays.</summary>
    public int Count => _relays.Count;

    /// <summary>Gets the number of channels with subscribers on this node.</summary>
    public long Channels => _relays.Sum(relay => (long)relay.Value.Channels());

    /// <summary>Gets the undelivered bytes of the relay with the most of them.</summary>
    public long LargestQueue => _relays.Select(relay => relay.Value.Account.Bytes).DefaultIfEmpty().Max();

    internal void Add(RelayId id, DeliveryAccount account, Func<int> channels)
    {
        lock (_relays)
        {
            _relays[id] = new LocalRelay(account, channels);
            CopyAccounts();
        }
    }

    internal void Remove(RelayId id)
    {
        lock (_relays)
        {
            _relays.TryRemove(id, out _);
            CopyAccounts();
        }
    }

    private void CopyAccounts() => _accounts = [.. _relays.Values.Select(static relay => relay.Account)];
}
