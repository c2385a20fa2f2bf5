using Notify.Broker.AkkaInternals;
using Notify.Broker.Channels;
using Notify.Protocol;
using Notify.Protocol.SocketIo;

namespace Notify.Broker.Recovery;

/// <summary>
/// Records the channels of one recoverable session and the notifications that were last written to it, in the order of the wire. From this
/// and the last string that its client received, it computes the client's position in each channel. The client's reader and the relays call
/// it, and the writer under the lock of the session's send queue. It outlives the connection and continues with the next one.
/// </summary>
public sealed class DeliveryLog
{
    private const int Overhead = 800;
    private const int ChannelOverhead = 150;
    private const int RunSize = 40;

    private readonly DeliveryRuns _runs = new();
    private SmallMap<string, LoggedChannel> _channels;
    private bool _hasJoined;
    private bool _hasMultipleChannels;
    private bool _isComplete = true;

    /// <summary>Gets the memory cost of the log, in bytes.</summary>
    public int Cost
    {
        get
        {
            lock (_runs)
            {
                return Overhead + (_runs.Count * RunSize) + _channels.Entries.Sum(channel => ChannelOverhead + (2 * channel.Key.Length));
            }
        }
    }

    /// <summary>
    /// Creates the log of a session that no node has retained, from its client's last string with its only channel and its position.
    /// </summary>
    public static DeliveryLog Of(LastReceived.Position last)
    {
        var log = new DeliveryLog { _hasJoined = true, _isComplete = false };
        log._channels[last.Channel] = new LoggedChannel(hasPositions: false) { Position = new Position(last.Epoch, last.Offset) };
        log._runs.Add(last.Channel, last.Epoch, last.Offset);
        return log;
    }

    /// <summary>Creates the log of a session from another node.</summary>
    internal static DeliveryLog Load(DeliveryLogState state)
    {
        var log = new DeliveryLog
        {
            _hasJoined = state.HasJoined,
            _hasMultipleChannels = state.HasMultipleChannels,
            _isComplete = state.IsComplete,
        };
        foreach (var joined in state.Channels)
        {
            log._channels[joined.Channel] = new LoggedChannel(joined.HasPositions) { Position = joined.Position };
        }

        foreach (var run in state.Runs.TakeLast(DeliveryRuns.Limit))
        {
            log._runs.Add(run);
        }

        return log;
    }

    /// <summary>Returns the state with which another node can continue the session.</summary>
    internal DeliveryLogState Save()
    {
        lock (_runs)
        {
            return new DeliveryLogState(
                [
                    .. _channels.Entries.Select(channel =>
                        new DeliveryLogState.Joined(channel.Key, channel.Value.HasPositions, channel.Value.Position)),
                ],
                [.. Enumerable.Range(0, _runs.Count).Select(i => _runs[i])],
                _hasJoined,
                _hasMultipleChannels,
                _isComplete);
        }
    }

    /// <summary>
    /// Records a join. Returns the logged channel for the response, or null when the channel is already joined in the same way.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="hasPositions">Whether the client receives the positions itself.</param>
    /// <param name="mark">The mark that must first be written to the client, because its last string claims that it has one
    /// channel.</param>
    public LoggedChannel? Join(string channel, bool hasPositions, out PositionMark? mark)
    {
        lock (_runs)
        {
            mark = null;
            if (_channels.TryGetValue(channel, out var joined) && joined.HasPositions == hasPositions)
            {
                return null;
            }

            mark = _hasJoined ? Change() : null;

            // The client's own strings say nothing about such a channel, and the strings of the next channel must not claim to be complete.
            _hasMultipleChannels |= hasPositions;
            _hasJoined = true;
            joined = new LoggedChannel(hasPositions);
            _channels[channel] = joined;
            return joined;
        }
    }

    /// <summary>Records a leave. Returns the mark that must be written to the client, as in <see cref="Join"/>.</summary>
    public PositionMark? Leave(string channel)
    {
        lock (_runs)
        {
            return _channels.Remove(channel, out _) ? Change() : null;
        }
    }

    /// <summary>Records a successful join: everything after <paramref name="position"/> will be delivered.</summary>
    public void Joined(LoggedChannel channel, Position position)
    {
        lock (_runs)
        {
            channel.Position = position;
        }
    }

    /// <summary>Records a failed join.</summary>
    public void Failed(string name, LoggedChannel channel)
    {
        lock (_runs)
        {
            if (_channels.TryGetValue(name, out var joined) && ReferenceEquals(joined, channel))
            {
                _channels.Remove(name, out _);
            }
        }
    }

    /// <summary>
    /// Rewinds the log to the client's last string. Returns the client's position in each channel, or null when it is not known for all of
    /// them: the string was written too long ago or never, a join was under way, or the client recovers a channel itself.
    /// </summary>
    public IReadOnlyDictionary<string, Position>? Rewind(LastReceived last)
    {
        lock (_runs)
        {
            if (_channels.Count == 0
                || _channels.Entries.Any(channel => channel.Value.Position is null || channel.Value.HasPositions)
                || !TryRewind(last))
            {
                return null;
            }

            var positions = _channels.Entries.ToDictionary(
                channel => channel.Key, channel => channel.Value.Position, StringComparer.Ordinal);
            for (var i = 0; i < _runs.Count; i++)
            {
                if (_runs[i] is { Channel: { } channel } run && positions.TryGetValue(channel, out var position))
                {
                    positions[channel] = LoggedChannel.Raise(position, run);
                }
            }

            return positions.ToDictionary(position => position.Key, position => position.Value!.Value, StringComparer.Ordinal);
        }
    }

    /// <summary>Records the next written message. Returns it in the form for this session.</summary>
    public WireMessage Record(WireMessage message)
    {
        switch (message)
        {
            case PositionedNotification notification:
                lock (_runs)
                {
                    Forget(_runs.Add(notification.Channel, notification.Epoch, notification.Offset));
                    return _hasMultipleChannels ? notification.ForMultipleChannels : notification;
                }

            case PositionMark mark:
                lock (_runs)
                {
                    // From here on, in the order of the wire, no string claims that there is one channel.
                    _hasMultipleChannels |= mark.Number == PositionMark.Change.Number;
                    Forget(_runs.AddMark(mark.Number));
                }

                return mark;
            default:
                return message;
        }
    }

    private PositionMark? Change() => _hasMultipleChannels ? null : PositionMark.Change;

    private bool TryRewind(LastReceived last)
    {
        if (last is not LastReceived.Nothing)
        {
            return _runs.TryRewind(last);
        }

        // The client received nothing, so it missed everything since the joins. The log must still contain all of it.
        if (_isComplete)
        {
            _runs.Clear();
        }

        return _isComplete;
    }

    private void Forget(DeliveryRun? run)
    {
        if (run is { } gone)
        {
            _isComplete = false;
            if (gone.Channel is not null && _channels.TryGetValue(gone.Channel, out var channel))
            {
                channel.Position = LoggedChannel.Raise(channel.Position, gone);
            }
        }
    }
}
