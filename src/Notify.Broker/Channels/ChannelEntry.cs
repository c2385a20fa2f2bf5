using Akka.Actor;

namespace Notify.Broker.Channels;

/// <summary>What the scan of a node's channels sees of one of them. Written by the channel, read by the scan; a value that is a moment old does no harm.</summary>
/// <param name="name">The channel's name.</param>
/// <param name="channel">The channel's actor.</param>
public sealed class ChannelEntry(string name, IActorRef channel)
{
    private long _activeAt;
    private long _oldestKept;
    private long _forgetAt;

    /// <summary>The channel's name.</summary>
    public string Name { get; } = name;

    /// <summary>The channel's actor.</summary>
    public IActorRef Channel { get; } = channel;

    /// <summary>What its history costs, in bytes.</summary>
    public long Bytes { get; internal set; }

    /// <summary>When something was last asked of it, in milliseconds of the monotonic clock.</summary>
    public long ActiveAt
    {
        get => Volatile.Read(ref _activeAt);
        internal set => Volatile.Write(ref _activeAt, value);
    }

    /// <summary>When the oldest notification it keeps was kept; <see cref="long.MaxValue"/> when it keeps none.</summary>
    public long OldestStored
    {
        get => Volatile.Read(ref _oldestKept);
        internal set => Volatile.Write(ref _oldestKept, value);
    }

    /// <summary>When it has sends to forget; <see cref="long.MaxValue"/> when it remembers none.</summary>
    public long ForgetAt
    {
        get => Volatile.Read(ref _forgetAt);
        internal set => Volatile.Write(ref _forgetAt, value);
    }

    /// <summary>Whether it has neither relays nor history, so that it may leave.</summary>
    public bool IsIdle { get; internal set; }

    /// <summary>Whether it was told to stop, so that what it is asked now is for whoever has the channel next.</summary>
    internal bool IsLeaving { get; set; }
}
