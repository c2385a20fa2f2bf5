using Notify.Broker.Relays;

namespace Notify.Broker.Connections;

/// <summary>
/// Represents one socket's subscription to one channel. Its connection creates it; from then on it belongs to the channel's relay.
/// </summary>
/// <param name="subscriber">The socket.</param>
/// <param name="format">The format of its messages.</param>
public sealed class Subscription(ISubscriber subscriber, WireFormat format)
{
    internal const int NotListed = -1;

    private bool _wantsInbox;

    /// <summary>Gets the socket.</summary>
    public ISubscriber Subscriber { get; } = subscriber;

    /// <summary>Gets the format of its messages.</summary>
    public WireFormat Format { get; } = format;

    /// <summary>Gets or sets whether the socket is told of the marks of an inbox, too. It stays so until the socket leaves.</summary>
    public bool WantsInbox
    {
        get => Volatile.Read(ref _wantsInbox);
        set => Volatile.Write(ref _wantsInbox, value);
    }

    /// <summary>Gets or sets the replay's progress; null when the subscription receives live notifications, or nothing.</summary>
    internal ReplayCursor? Cursor { get; set; }

    /// <summary>
    /// Gets or sets the index in the relay's list, so that leaving costs the same in a channel with two or ten thousand subscribers.
    /// </summary>
    internal int Index { get; set; } = NotListed;
}
