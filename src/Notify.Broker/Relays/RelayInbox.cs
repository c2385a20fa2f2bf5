using Notify.Broker.Connections;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;
using Notify.Protocol;

namespace Notify.Broker.Relays;

/// <summary>
/// Holds the newest state of an inbox at a relay, and tells the subscribers that want it. A state is told when the relay has all
/// notifications that it counts, so that nobody sees a number without its notifications. Offset and revision never go back.
/// </summary>
/// <param name="channel">The channel.</param>
/// <param name="watch">Asks the owner to tell the state, now and after each change.</param>
internal sealed class RelayInbox(RelayChannel channel, Action watch)
{
    private InboxTold? _told;
    private InboxTold? _held;
    private OffsetAnnouncement? _announced;
    private long _watchedAt;

    /// <summary>Gets whether the owner has not answered yet.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Asks the owner, unless the relay's own join is not answered yet: then it is asked after the answer.</summary>
    public void Watch(long now)
    {
        if (!channel.IsJoining)
        {
            (IsWaiting, _watchedAt) = (true, now);
            watch();
        }
    }

    /// <summary>
    /// Asks the owner after a join, and forgets a state of another epoch. If the relay came back to that epoch, the state would count as
    /// told, although subscribers that joined in between never received it.
    /// </summary>
    public void OnJoined(long now)
    {
        if ((_held ?? _told)?.Head.Epoch != channel.Position?.Epoch)
        {
            (_told, _held) = (null, null);
        }

        _announced = null;
        Watch(now);
    }

    /// <summary>Asks the owner again if it has not answered since <paramref name="before"/>.</summary>
    public void WatchAgain(long before, long now)
    {
        if (IsWaiting && _watchedAt <= before)
        {
            Watch(now);
        }
    }

    /// <summary>
    /// Takes a state from the owner. A state that is older than the newest one is dropped. A state that is older than the owner's
    /// announcement was delayed: the answer to this relay may be lost, so the relay asks again.
    /// </summary>
    public void Take(InboxTold message)
    {
        if (IsNewer(message, _held ?? _told))
        {
            _held = message;
            Advance();
        }

        if (_announced is { } announced && !IsBehind(announced))
        {
            _announced = null;
        }

        IsWaiting = _announced is not null;
    }

    /// <summary>
    /// Asks the owner again if it told of a newer state than this relay has: the message was lost. And if it told of none: it does not know
    /// that this relay watches. A late join may have reached another owner, which nobody has asked.
    /// </summary>
    /// <returns>Whether the owner is asked again.</returns>
    public bool OnAnnounced(OffsetAnnouncement message, long now)
    {
        if (message.Revision is not null)
        {
            if (!IsBehind(message))
            {
                return false;
            }

            _announced = message;
        }

        if (IsWaiting)
        {
            return false;
        }

        Watch(now);
        return true;
    }

    /// <summary>Tells the state that waits, if the relay has reached it.</summary>
    public void Advance()
    {
        if (_held is not { } news || news.Head.Epoch != channel.Position?.Epoch || news.Head.Offset > channel.Position.Value.Offset)
        {
            return;
        }

        var isChanged = _told is not { } before || before.Head.Epoch != news.Head.Epoch || before.Revision != news.Revision;
        (_told, _held) = (news, null);
        var encode = EncoderOf(news, isChanged);
        var encoded = new Dictionary<WireFormat, WireMessage?>(ReferenceEqualityComparer.Instance);
        foreach (var subscription in channel.InboxSubscriptions)
        {
            if (!encoded.TryGetValue(subscription.Format, out var message))
            {
                encoded.Add(subscription.Format, message = encode(subscription.Format));
            }

            Write(subscription, message);
        }
    }

    /// <summary>Tells a new subscriber the newest state, if there is one.</summary>
    public void Tell(Subscription subscription)
    {
        if (_told is { } told && told.Head.Epoch == channel.Position?.Epoch)
        {
            Write(subscription, EncoderOf(told, areMarksNew: true)(subscription.Format));
        }
    }

    private bool IsBehind(OffsetAnnouncement announced) =>
        (_held ?? _told) is not { } newest
        || newest.Head.Epoch != announced.Position.Epoch
        || newest.Head.Offset < announced.Position.Offset
        || newest.Revision < announced.Revision;

    private static bool IsNewer(InboxTold message, InboxTold? known) =>
        known is null
        || known.Head.Epoch != message.Head.Epoch
        || (message.Head.Offset >= known.Head.Offset
            && message.Revision >= known.Revision
            && (message.Head.Offset, message.Revision) != (known.Head.Offset, known.Revision));

    private static Func<WireFormat, WireMessage?> EncoderOf(InboxTold told, bool areMarksNew)
    {
        // The owner has removed what is not an item any more, so the size does not matter here.
        var state = InboxFormat.Decode(told.State.Span, told.Revision, int.MaxValue);
        if (told.Backlog is { } backlog)
        {
            var head = new AnnouncementNews(told.Channel, told.Head, told.Revision, state.Floor, backlog, state.Gone);
            return format => format.Announcement(head);
        }

        var news = new InboxNews(told.Channel, told.Head, told.Revision, told.Counts, state, areMarksNew);
        return format => format.Inbox(news);
    }

    private static void Write(Subscription subscription, WireMessage? message)
    {
        if (message is not null)
        {
            subscription.Subscriber.Write(message);
        }
    }
}
