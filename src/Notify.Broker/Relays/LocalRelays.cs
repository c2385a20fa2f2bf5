using System.Collections.Concurrent;

namespace Notify.Broker.Relays;

/// <summary>Holds the accounts of this node's relays, which the owners of channels on this node charge.</summary>
public sealed class LocalRelays
{
    private readonly ConcurrentDictionary<RelayId, DeliveryAccount> _accounts = new();

    /// <summary>Gets the account of a relay of this node; null for a relay of another node.</summary>
    public DeliveryAccount? Find(RelayId relay) => _accounts.GetValueOrDefault(relay);

    /// <summary>Gets whether every relay of this node has credit.</summary>
    public bool HaveCredit
    {
        get
        {
            foreach (var account in _accounts)
            {
                if (!account.Value.HasCredit)
                {
                    return false;
                }
            }

            return true;
        }
    }

    internal void Add(RelayId relay, DeliveryAccount account) => _accounts[relay] = account;

    internal void Remove(RelayId relay) => _accounts.TryRemove(relay, out _);
}
