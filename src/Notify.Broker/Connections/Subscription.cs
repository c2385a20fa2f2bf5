using Notify.Broker.Relays;

namespace Notify.Broker.Connections;

/// <summary>One socket's interest in one channel. Created by its connection; from then on it belongs to the channel's relay.</summary>
/// <param name="subscriber">The socket.</param>
/// <param name="format">How it wants to be told.</param>
public sealed class Subscription(ISubscriber subscriber, WireFormat format)
{
    internal const int NotListed = -1;

    /// <summary>The socket.</summary>
    public ISubscriber Subscriber { get; } = subscriber;

    /// <summary>How it wants to be told.</summary>
    public WireFormat Format { get; } = format;

    /// <summary>How far it is with what it missed; null when it is told what is live, or nothing.</summary>
    internal ReplayCursor? Cursor { get; set; }

    /// <summary>Its place in the relay's list, so that leaving costs the same in a channel of two and of ten thousand.</summary>
    internal int Index { get; set; } = NotListed;
}
