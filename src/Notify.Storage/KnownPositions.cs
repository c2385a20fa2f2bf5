using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage;

/// <summary>
/// Remembers the newest notification that this node has seen stored in each of the recently used channels, so that the node notices when
/// the database has lost it. The number of channels is bounded. Belongs to the writer's thread.
/// </summary>
/// <param name="backend">The database.</param>
internal sealed class KnownPositions(IStoreBackend backend)
{
    // There are two tables of this size. A channel that is not used while one table fills up is forgotten.
    private const int MaxPerTable = 10_000;

    private Dictionary<string, KnownNotification> _young = new(StringComparer.Ordinal);
    private Dictionary<string, KnownNotification> _old = new(StringComparer.Ordinal);

    /// <summary>
    /// Remembers the notifications of a committed batch, and refuses claims of channels whose end is missing in the database.
    /// </summary>
    /// <param name="batch">The requests.</param>
    /// <param name="results">Their results. Those of refused claims are replaced.</param>
    /// <returns>The requests that give these channels new epochs.</returns>
    public List<StoreRequest.RenewLost> Compare(IReadOnlyList<StoreRequest> batch, StoreResults results)
    {
        var lost = new Dictionary<string, StoreRequest.RenewLost>(StringComparer.Ordinal);
        foreach (var request in batch)
        {
            switch (request)
            {
                case StoreRequest.Append { Notification: var stored } append when results.IsStored(append):
                    See(stored.Channel, new KnownNotification(stored.Position, stored.Id));
                    break;
                case StoreRequest.Claim claim when results.TryGet(claim, out var claimed) && !IsWhole(claimed):
                    results.Refuse(claim, new HistoryStoreException("The channel lost the end of its history and gets a new epoch."));
                    lost[claim.Channel] = new StoreRequest.RenewLost(claim.Channel, Of(claim.Channel)!);
                    if (claimed.IsKnown)
                    {
                        backend.Release(claimed);
                    }

                    break;
            }
        }

        return [.. lost.Values];
    }

    // Returns whether the channel still contains the notification that this node knows, under the same offset.
    private bool IsWhole(SqlChannel claimed)
    {
        if (Of(claimed.Name) is { } known && known.Position.Epoch == claimed.Head.Epoch)
        {
            if (claimed.Head.Offset < known.Position.Offset)
            {
                return false;
            }

            if (known.Id is { } id)
            {
                var here = claimed.Head == known.Position ? claimed.Newest : Recent(claimed, known.Position.Offset);
                if (here is { } other && other != id)
                {
                    return false;
                }
            }
        }

        if (claimed.Head.Offset > 0)
        {
            See(claimed.Name, new KnownNotification(claimed.Head, claimed.Newest));
        }

        return true;
    }

    private KnownNotification? Of(string channel) => _young.GetValueOrDefault(channel) ?? _old.GetValueOrDefault(channel);

    private static PublishId? Recent(SqlChannel claimed, long offset)
    {
        foreach (var (id, at) in claimed.Recent)
        {
            if (at == offset)
            {
                return id;
            }
        }

        return null;
    }

    private void See(string channel, KnownNotification known)
    {
        if (_young.Count >= MaxPerTable && !_young.ContainsKey(channel))
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
        }

        _young[channel] = known;
    }
}
