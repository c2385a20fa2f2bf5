using Notify.Broker.AkkaInternals;
using Notify.Broker.Channels;
using Notify.Protocol;
using Notify.Protocol.SocketIo;

namespace Notify.Broker.Recovery;

/// <summary>
/// What one session that can be recovered has joined and what was last written to it, in the order of the wire. From that, and from
/// the last string that its client received, follows what of each channel the client has. Called by the client's reader, by the relays
/// and, for what is written, under the lock of the session's queue; outlives the connection, and goes on with the next.
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

    /// <summary>What keeping it costs, in bytes.</summary>
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

    /// <summary>The log of a session that nobody has kept, but whose client's last string says that it had one channel, and how far it was.</summary>
    public static DeliveryLog Of(LastReceived.Position last)
    {
        var log = new DeliveryLog { _hasJoined = true, _isComplete = false };
        log._channels[last.Channel] = new LoggedChannel(hasPositions: false) { Position = new Position(last.Epoch, last.Offset) };
        log._runs.Add(last.Channel, last.Epoch, last.Offset);
        return log;
    }

    /// <summary>The log of a session that another node has handed over.</summary>
    internal static DeliveryLog Load(DeliveryLogState state)
    {
        var log = new DeliveryLog { _hasJoined = state.HasJoined, _hasMultipleChannels = state.HasMultipleChannels, _isComplete = state.IsComplete };
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

    /// <summary>What another node needs to go on with the session.</summary>
    internal DeliveryLogState Save()
    {
        lock (_runs)
        {
            return new DeliveryLogState(
                [.. _channels.Entries.Select(channel => new DeliveryLogState.Joined(channel.Key, channel.Value.HasPositions, channel.Value.Position))],
                [.. Enumerable.Range(0, _runs.Count).Select(i => _runs[i])],
                _hasJoined,
                _hasMultipleChannels,
                _isComplete);
        }
    }

    /// <summary>
    /// The client joins a channel. Returns what the answer is to be told to, or null when the channel is joined already, in the same way.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="hasPositions">Whether the client is told the positions themselves.</param>
    /// <param name="mark">What has to be written to the client first, because its last string says that it has one channel.</param>
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

            // Its own strings say nothing of such a channel, and the next one's must not say that they are all.
            _hasMultipleChannels |= hasPositions;
            _hasJoined = true;
            joined = new LoggedChannel(hasPositions);
            _channels[channel] = joined;
            return joined;
        }
    }

    /// <summary>The client leaves a channel. Returns what has to be written to it, as in <see cref="Join"/>.</summary>
    public PositionMark? Leave(string channel)
    {
        lock (_runs)
        {
            return _channels.Remove(channel, out _) ? Change() : null;
        }
    }

    /// <summary>A join is answered: everything after <paramref name="position"/> is told.</summary>
    public void Joined(LoggedChannel channel, Position position)
    {
        lock (_runs)
        {
            channel.Position = position;
        }
    }

    /// <summary>A join failed.</summary>
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
    /// Goes back to what the client has. Returns that by channel, or null when it is not known for all of them: what the client received
    /// last was written too long ago or never, a join was under way, or a channel is one that the client recovers itself.
    /// </summary>
    public IReadOnlyDictionary<string, Position>? Rewind(LastReceived last)
    {
        lock (_runs)
        {
            if (_channels.Count == 0 || _channels.Entries.Any(channel => channel.Value.Position is null || channel.Value.HasPositions) || !TryRewind(last))
            {
                return null;
            }

            var positions = _channels.Entries.ToDictionary(channel => channel.Key, channel => channel.Value.Position, StringComparer.Ordinal);
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

    /// <summary>A message is written next. Returns it in the form that is this session's.</summary>
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
                    // From here on, in the order of the wire, no string says any more that there is one channel.
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

        // Nothing was received: everything was missed that follows the joins, if the log still begins there.
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
