using Notify.Broker.Channels;

namespace Notify.Storage;

/// <summary>
/// Remembers the newest notification of channels that this node has seen to be kept, so that it notices when the database has less. Of so
/// many channels as are worth their memory, the last ones. Belongs to the writer's thread.
/// </summary>
internal sealed class KnownHeads
{
    // Two lives of a table: what was not seen during one of them is forgotten.
    private const int MaxOfLife = 10_000;

    private Dictionary<string, KnownNotification> _young = new(StringComparer.Ordinal);
    private Dictionary<string, KnownNotification> _old = new(StringComparer.Ordinal);

    /// <summary>A notification was kept.</summary>
    public void See(Notification notification) => See(notification.Channel, new KnownNotification(notification.Position, notification.Id));

    /// <summary>A channel was claimed: false when it has less than is known of it, or something else in its place.</summary>
    public bool IsWhole(SqlChannel claimed)
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

    /// <summary>What is known of a channel, or null.</summary>
    public KnownNotification? Of(string channel) => _young.GetValueOrDefault(channel) ?? _old.GetValueOrDefault(channel);

    private static SendId? Recent(SqlChannel claimed, long offset)
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
