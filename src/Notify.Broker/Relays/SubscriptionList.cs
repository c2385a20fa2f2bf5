using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Broker.Trails;
using Notify.Protocol;

namespace Notify.Broker.Relays;

/// <summary>
/// Holds the local subscriptions of one channel. Adds and removes in constant time, and encodes a notification once per wire format.
/// </summary>
internal sealed class SubscriptionList
{
    // A full queue says nothing about the broker, so a duration is measured at a subscriber without a queue, if one is found soon.
    private const int MaxStampAttempts = 8;

    private readonly List<Subscription> _items = new(1);

    public int Count => _items.Count;

    /// <summary>Gets the subscriptions.</summary>
    public IReadOnlyList<Subscription> All => _items;

    /// <summary>Gets the subscribers.</summary>
    public IEnumerable<ISubscriber> Subscribers => _items.Select(static subscription => subscription.Subscriber);

    public static bool Contains(Subscription subscription) => subscription.Index != Subscription.NotListed;

    public void Add(Subscription subscription)
    {
        subscription.Index = _items.Count;
        _items.Add(subscription);
    }

    public bool Remove(Subscription subscription)
    {
        var index = subscription.Index;
        if (index == Subscription.NotListed)
        {
            return false;
        }

        var last = _items[^1];
        _items[index] = last;
        last.Index = index;
        _items.RemoveAt(_items.Count - 1);
        subscription.Index = Subscription.NotListed;
        return true;
    }

    /// <summary>Writes the notification to every subscriber. A subscriber that rejects it is closing and will leave.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="deliveries">Counts the deliveries.</param>
    /// <param name="stamp">The moment from which the duration counts; default for a notification whose duration is not measured.</param>
    /// <param name="trail">Records the delivery; null for no trail.</param>
    public void Deliver(Notification notification, DeliveryCounter deliveries, DeliveryStamp stamp, RelayTrail? trail = null)
    {
        if (_items.Count == 0)
        {
            return;
        }

        var record = trail?.Begin(notification, _items.Count);
        var observer = RelayTrail.ObserverOf(record);
        var sockets = 0;
        var attempts = stamp.At == 0 ? 0 : MaxStampAttempts;
        WireFormat? format = null;
        WireMessage? message = null;
        List<(WireFormat Format, WireMessage Message)>? others = null;
        foreach (var subscription in _items)
        {
            if (!ReferenceEquals(subscription.Format, format))
            {
                if (format is not null)
                {
                    others ??= [];
                    Keep(others, format, message!);
                }

                format = subscription.Format;
                message = Find(others, format) ?? Encode(format, notification, observer);
            }

            if (attempts > 0)
            {
                attempts = subscription.Subscriber.TryStamp(stamp) ? 0 : attempts - 1;
            }

            if (subscription.Subscriber.Write(message!))
            {
                sockets++;
                deliveries.Add(subscription.Subscriber.Protocol, message!.Size);
            }
        }

        if (record is not null)
        {
            record.Sockets = sockets;
            trail!.End(record);
        }
    }

    /// <summary>Informs every subscriber of a loss. Subscribers whose wire format has no such message are ended and removed.</summary>
    public void Reset(string channel, Position position)
    {
        for (var i = _items.Count - 1; i >= 0; i--)
        {
            var subscription = _items[i];
            if (subscription.Format.Reset(channel, position) is { } message)
            {
                subscription.Subscriber.Write(message);
            }
            else
            {
                Remove(subscription);
                subscription.Subscriber.End(EndReason.HistoryLost);
            }
        }
    }

    /// <summary>Ends every subscriber.</summary>
    public void End(EndReason reason)
    {
        foreach (var subscription in _items)
        {
            subscription.Index = Subscription.NotListed;
            subscription.Subscriber.End(reason);
        }

        _items.Clear();
    }

    private static WireMessage Encode(WireFormat format, Notification notification, IWriteObserver? observer)
    {
        var message = format.Encode(notification);
        message.Observer = observer;
        return message;
    }

    private static void Keep(List<(WireFormat Format, WireMessage Message)> others, WireFormat format, WireMessage message)
    {
        if (Find(others, format) is null)
        {
            others.Add((format, message));
        }
    }

    private static WireMessage? Find(List<(WireFormat Format, WireMessage Message)>? others, WireFormat format)
    {
        if (others is not null)
        {
            foreach (var other in others)
            {
                if (ReferenceEquals(other.Format, format))
                {
                    return other.Message;
                }
            }
        }

        return null;
    }
}
