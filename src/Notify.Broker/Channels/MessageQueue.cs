using Akka.Actor;
using Notify.Broker.Messages;

namespace Notify.Broker.Channels;

/// <summary>
/// Queues messages until the store has answered, and charges them to the account that all channels of the node share
/// (<see cref="LocalChannels.MaxReserved"/>). A publish that does not fit is refused; other senders repeat their message.
/// </summary>
/// <param name="channel">The channel's name.</param>
/// <param name="local">The account.</param>
internal sealed class MessageQueue(string channel, LocalChannels local)
{
    // The charge for a queued message in addition to its payload, in bytes.
    private const int Overhead = 256;

    private List<(IChannelMessage Message, IActorRef Sender)>? _messages;
    private long _reserved;

    /// <summary>Gets whether no message is queued.</summary>
    public bool IsEmpty => _messages is null;

    /// <summary>Queues a message if it fits.</summary>
    public void Add(IChannelMessage message, IActorRef sender)
    {
        if (TryReserve(message, sender))
        {
            (_messages ??= []).Add((message, sender));
        }
    }

    /// <summary>Charges a message that waits elsewhere. Returns false if it does not fit; a publish is then refused.</summary>
    public bool TryReserve(IChannelMessage message, IActorRef sender)
    {
        var cost = Cost(message);
        if (local.TryReserve(cost))
        {
            _reserved += cost;
            return true;
        }

        if (message is Publish publish)
        {
            sender.Tell(new PublishRefused(channel, publish.Id));
        }

        return false;
    }

    /// <summary>Ends the charge for a message that waited elsewhere.</summary>
    public void Release(IChannelMessage message) => Release(Cost(message));

    /// <summary>Sends the queued messages to the channel again, in order.</summary>
    public void ProcessAll(IActorRef self)
    {
        foreach (var (message, sender) in Clear())
        {
            self.Tell(message, sender);
        }
    }

    /// <summary>Refuses the queued publishes. Relays repeat their joins.</summary>
    public void RefuseAll()
    {
        foreach (var (message, sender) in Clear())
        {
            if (message is Publish publish)
            {
                sender.Tell(new PublishRefused(channel, publish.Id));
            }
        }
    }

    /// <summary>Releases all charges: the channel stops.</summary>
    public void ReleaseAll() => Release(_reserved);

    private List<(IChannelMessage Message, IActorRef Sender)> Clear()
    {
        var messages = _messages ?? [];
        _messages = null;
        foreach (var (message, _) in messages)
        {
            Release(message);
        }

        return messages;
    }

    private void Release(long bytes)
    {
        _reserved -= bytes;
        local.ReleaseReserved(bytes);
    }

    private static long Cost(IChannelMessage message) => Overhead + (message is Publish publish ? publish.Payload.Length : 0);
}
