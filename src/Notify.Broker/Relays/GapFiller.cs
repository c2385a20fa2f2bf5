using Notify.Broker.Channels;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Trails;

namespace Notify.Broker.Relays;

/// <summary>
/// Delivers the notifications of a relay's channels in order. It delivers only offset = position + 1. Notifications at or below the
/// position are dropped; those above it are buffered while the gap is read from the history.
/// </summary>
/// <param name="read">Asks the owner for the notifications of a channel after an offset, up to and including another.</param>
/// <param name="gapFound">Counts a gap.</param>
/// <param name="deliveries">Counts the deliveries.</param>
/// <param name="trail">Records the deliveries; null for no trail.</param>
internal sealed class GapFiller(
    Action<RelayChannel, long, long> read, Action gapFound, DeliveryCounter deliveries, RelayTrail? trail)
{
    /// <summary>Delivers a notification, or buffers it when others are missing before it.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="notification">The notification.</param>
    /// <param name="stamp">The moment from which the duration of the delivery counts.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether a read began or ended.</returns>
    public bool Deliver(RelayChannel channel, Notification notification, DeliveryStamp stamp, long now)
    {
        var position = channel.Position!.Value;
        if (notification.Offset <= position.Offset)
        {
            return false;
        }

        if (notification.Offset == position.Offset + 1)
        {
            DeliverNow(channel, notification, stamp);
        }
        else
        {
            channel.BufferOutOfOrder(notification);
        }

        return Advance(channel, notification.Offset, now);
    }

    /// <summary>Delivers the notifications of a page that closes a gap.</summary>
    public void Fill(RelayChannel channel, HistoryPage page, long now)
    {
        var position = channel.Position!.Value;
        if (channel.ReadingUpTo is not { } upTo)
        {
            return;
        }

        if (page.Notifications is { } notifications)
        {
            foreach (var notification in notifications)
            {
                if (notification.Position == channel.Position!.Value with { Offset = channel.Position.Value.Offset + 1 })
                {
                    DeliverNow(channel, notification);
                }
            }
        }
        else if (page.After == position.Offset)
        {
            // The history no longer has these notifications. The channel continues after the gap, and its subscribers are informed.
            channel.ResetPosition(position with { Offset = upTo });
        }

        if (channel.Position!.Value.Offset == position.Offset)
        {
            // The answer to an earlier read brings nothing new. The tick reads again.
            return;
        }

        channel.ReadingUpTo = null;
        _ = Advance(channel, upTo, now);
    }

    /// <summary>Delivers buffered notifications that follow the position, and reads the rest up to <paramref name="newest"/>.</summary>
    /// <returns>Whether a read began or ended.</returns>
    public bool Advance(RelayChannel channel, long newest, long now)
    {
        if (channel.IsEmpty || channel.IsJoining)
        {
            return false;
        }

        channel.Newest = Math.Max(channel.Newest, newest);
        while (channel.DequeueBuffered(channel.Position!.Value.Offset + 1) is { } next)
        {
            DeliverNow(channel, next);
        }

        var hasChanged = false;
        if (channel.ReadingUpTo <= channel.Position.Value.Offset)
        {
            // The missing notifications arrived before the answer to the read.
            channel.ReadingUpTo = null;
            hasChanged = true;
        }

        var upTo = channel.LowestBuffered - 1 ?? channel.Newest;
        if (channel.ReadingUpTo is null && upTo > channel.Position.Value.Offset)
        {
            gapFound();
            channel.ReadingUpTo = upTo;
            Read(channel, now);
            hasChanged = true;
        }

        return hasChanged;
    }

    /// <summary>Reads the gap of a channel, for the first time or again.</summary>
    public void Read(RelayChannel channel, long now)
    {
        channel.SentAt = now;
        read(channel, channel.Position!.Value.Offset, channel.ReadingUpTo!.Value);
    }

    private void DeliverNow(RelayChannel channel, Notification notification, DeliveryStamp stamp = default)
    {
        channel.Advance(notification);
        if (notification.IsGone)
        {
            return;
        }

        channel.Subscriptions.Deliver(notification, deliveries, stamp, trail);
    }
}
