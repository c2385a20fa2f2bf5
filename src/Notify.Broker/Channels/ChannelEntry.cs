using Akka.Actor;

namespace Notify.Broker.Channels;

/// <summary>
/// Describes one channel of the node for the scan. The channel writes it and the scan reads it; a slightly old value is harmless.
/// </summary>
/// <param name="name">The channel's name.</param>
/// <param name="channel">The channel's actor.</param>
public sealed class ChannelEntry(string name, IActorRef channel)
{
    private long _activeAt;
    private long _oldestStored;
    private long _forgetAt;
    private long _expiresAt = long.MaxValue;

    /// <summary>Gets the channel's name.</summary>
    public string Name { get; } = name;

    /// <summary>Gets the channel's actor.</summary>
    public IActorRef Channel { get; } = channel;

    /// <summary>Gets the memory of its history, in bytes.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Gets the time of the last request to it, in milliseconds of the monotonic clock.</summary>
    public long ActiveAt
    {
        get => Volatile.Read(ref _activeAt);
        internal set => Volatile.Write(ref _activeAt, value);
    }

    /// <summary>Gets the time at which its oldest notification was stored; <see cref="long.MaxValue"/> if it has none.</summary>
    public long OldestStored
    {
        get => Volatile.Read(ref _oldestStored);
        internal set => Volatile.Write(ref _oldestStored, value);
    }

    /// <summary>Gets the time at which its oldest publish id expires; <see cref="long.MaxValue"/> if it has none.</summary>
    public long ForgetAt
    {
        get => Volatile.Read(ref _forgetAt);
        internal set => Volatile.Write(ref _forgetAt, value);
    }

    /// <summary>Gets when the next item of its inbox expires, in Unix seconds; <see cref="long.MaxValue"/> for never.</summary>
    public long ExpiresAt
    {
        get => Volatile.Read(ref _expiresAt);
        internal set => Volatile.Write(ref _expiresAt, value);
    }

    /// <summary>Gets whether it has neither relays nor history, so that it may stop.</summary>
    public bool IsIdle { get; internal set; }

    /// <summary>Gets whether a relay is told of its marks.</summary>
    public bool IsWatched { get; internal set; }

    /// <summary>Gets whether it is stopping, so that new requests must go to its next owner.</summary>
    internal bool IsLeaving { get; set; }
}
