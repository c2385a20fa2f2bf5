using Notify.Broker.Channels;
using Notify.Broker.Messages;

namespace Notify.Broker.Relays;

/// <summary>
/// Joins the channels of a relay to their owners: a limited number at once, and again until the owner answers. It tracks the channels with
/// an unanswered join or read.
/// </summary>
/// <param name="id">Identifies this incarnation of the relay.</param>
/// <param name="max">The maximum number of joins in flight.</param>
/// <param name="send">Sends a message to a channel's owner.</param>
internal sealed class OwnerJoins(RelayId id, int max, Action<IChannelMessage> send)
{
    private readonly HashSet<RelayChannel> _pending = [];
    private readonly JoinThrottle _turns = new(max);
    private long _joins;

    /// <summary>Gets the channels with an unanswered join or read.</summary>
    public IReadOnlyCollection<RelayChannel> Pending => _pending;

    /// <summary>Creates a channel and joins it.</summary>
    public RelayChannel Add(string name, long now)
    {
        var channel = new RelayChannel(name, ++_joins);
        Begin(channel, now);
        return channel;
    }

    /// <summary>Joins a channel again. Messages of its former join no longer count.</summary>
    public void JoinAgain(RelayChannel channel, long now)
    {
        _turns.End(channel);
        channel.SetOwner(id, null);
        channel.JoinNumber = ++_joins;
        channel.IsJoining = true;
        channel.ReadingUpTo = null;
        channel.Newest = 0;
        channel.DropBuffered();
        channel.Replay?.ForgetReads();
        Begin(channel, now);
    }

    /// <summary>
    /// Joins again if a message is of another epoch. A delayed or duplicated join may have reached a later owner, or a second one that a
    /// late message has started; only the answer to another join shows which of them counts.
    /// </summary>
    /// <returns>Whether it joins again.</returns>
    public bool JoinAgainIfMoved(RelayChannel channel, Position reported, long now)
    {
        if (reported.Epoch == channel.Position!.Value.Epoch)
        {
            return false;
        }

        JoinAgain(channel, now);
        return true;
    }

    /// <summary>Ends the join of a channel, which the owner has answered. <see cref="SendNext"/> then sends another.</summary>
    public void End(RelayChannel channel) => _turns.End(channel);

    /// <summary>Leaves a channel.</summary>
    public void Leave(RelayChannel channel)
    {
        _pending.Remove(channel);
        _turns.End(channel);
        channel.SetOwner(id, null);
        send(new LeaveChannel(channel.Name, id, channel.JoinNumber));
    }

    /// <summary>Sends the join of a channel, for the first time or again.</summary>
    public void Send(RelayChannel channel, long now)
    {
        channel.SentAt = now;
        _pending.Add(channel);
        send(new JoinChannel(channel.Name, id, channel.JoinNumber, channel.Known));
    }

    /// <summary>Sends the joins that wait for their turn, as far as the limit allows.</summary>
    public void SendNext(long now)
    {
        while (_turns.Next() is { } channel)
        {
            Begin(channel, now);
        }
    }

    /// <summary>Updates whether a channel has an unanswered join or read.</summary>
    public void Track(RelayChannel channel, bool isPending)
    {
        if (isPending)
        {
            _pending.Add(channel);
        }
        else
        {
            _pending.Remove(channel);
        }
    }

    /// <summary>Forgets all channels.</summary>
    public void Clear()
    {
        _pending.Clear();
        _turns.Clear();
    }

    private void Begin(RelayChannel channel, long now)
    {
        _pending.Add(channel);
        if (_turns.TryBegin(channel))
        {
            Send(channel, now);
        }
    }
}
