using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage;

/// <summary>
/// Remembers the newest notification of channels that this node has seen to be kept, so that it notices when the database has less. Of so
/// many channels as are worth their memory, the last ones. Belongs to the writer's thread.
/// </summary>
/// <param name="backend">The database.</param>
internal sealed class KnownPositions(IStoreBackend backend)
{
    // Two lives of a table: what was not seen during one of them is forgotten.
    private const int MaxOfLife = 10_000;

    private Dictionary<string, KnownNotification> _young = new(StringComparer.Ordinal);
    private Dictionary<string, KnownNotification> _old = new(StringComparer.Ordinal);

    /// <summary>Learns from a batch that is committed, and refuses claims of channels that have less than is known of them.</summary>
    /// <returns>What gives these channels new epochs.</returns>
    public List<StoreRequest> Compare(IReadOnlyList<StoreRequest> batch)
    {
        var lost = new Dictionary<string, StoreRequest>(StringComparer.Ordinal);
        foreach (var request in batch)
        {
            switch (request)
            {
                case { Refusal: not null }:
                    break;
                case StoreRequest.Append { IsStored: true, Notification: var kept }:
                    See(kept.Channel, new KnownNotification(kept.Position, kept.Id));
                    break;
                case StoreRequest.Claim { Result: { } claimed } claim when !IsWhole(claimed):
                    claim.Refusal = new HistoryStoreException("The channel lost the end of its history, and is given a new epoch.");
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

    // Whether a channel has what is known of it, and nothing else in its place.
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
        if (_young.Count >= MaxOfLife && !_young.ContainsKey(channel))
        {
            (_young, _old) = (_old, _young);
            _young.Clear();
        }

        _young[channel] = known;
    }
}
