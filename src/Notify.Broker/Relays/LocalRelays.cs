using System.Collections.Concurrent;

namespace Notify.Broker.Relays;

/// <summary>The accounts of this node's relays, so that a channel's owner charges those that share its memory.</summary>
public sealed class LocalRelays
{
    private readonly ConcurrentDictionary<RelayId, DeliveryAccount> _accounts = new();

    /// <summary>The account of a relay of this node; null for one of another node.</summary>
    public DeliveryAccount? Find(RelayId relay) => _accounts.GetValueOrDefault(relay);

    /// <summary>Whether every relay of this node can take more.</summary>
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
