using Akka.Actor;
using Notify.Broker.Channels;
using Notify.Broker.Messages;

namespace Notify.Broker.Inboxes;

/// <summary>Passes the messages about an inbox to it, and answers for channels that are none.</summary>
internal static class InboxRequests
{
    private static readonly Position Nowhere = new("", 0);

    // The only marks of announcements that concern everybody.
    private static bool IsRecall(MarkInbox request) => request.Marks.All(static mark => mark.Kind == InboxMarkKind.Recalled);

    /// <summary>Answers a request to erase an inbox. One that was not erased has another owner, where the request is repeated.</summary>
    public static void Answer(string channel, ChannelCommands.Erased erased)
    {
        if (erased.IsErased)
        {
            erased.Requester.Tell(new InboxErased(channel, IsInbox: true));
        }
    }

    /// <summary>Handles a message in the actor of a channel.</summary>
    /// <param name="inbox">The marks; null when the channel is not an inbox.</param>
    /// <param name="message">The message.</param>
    /// <param name="sender">Who asks.</param>
    /// <param name="isStopping">Whether the channel stops, so that it changes nothing more. The sender asks the next owner.</param>
    public static void Handle(ChannelInbox? inbox, object message, IActorRef sender, bool isStopping)
    {
        switch (message)
        {
            case MarkInbox mark when inbox is null || (inbox.IsAnnouncement && !IsRecall(mark)):
                sender.Tell(new InboxMarked(mark.Channel, InboxMarkOutcome.NotInbox, Nowhere, 0, default, 0));
                break;
            case ReadInbox read when inbox is null or { IsAnnouncement: true }:
                sender.Tell(new InboxPage(read.Channel, IsInbox: false, Nowhere, 0, default, [], null));
                break;
            case ReadInbox read:
                inbox!.Read(read, sender);
                break;
            case EraseInbox erase when inbox is null:
                sender.Tell(new InboxErased(erase.Channel, IsInbox: false));
                break;
            case EraseInbox when !isStopping:
                inbox!.Erase(sender);
                break;
            case ReadAnnouncement read when inbox is not { IsAnnouncement: true }:
                sender.Tell(new AnnouncementRead(read.Channel, null, [], [], null));
                break;
            case ReadAnnouncement read:
                inbox.Read(read, sender);
                break;
            case WatchInbox watch:
                inbox?.Watch(watch, sender);
                break;
            case MarkInbox mark when !isStopping:
                inbox!.Mark(mark, sender);
                break;
            case ChannelCommands.ItemsFound found when !isStopping:
                inbox!.Mark(found.Request, found.Requester, found.Items);
                break;
            case ChannelCommands.FloorRead floor when !isStopping:
                inbox!.Trim(floor.Floor);
                break;
            default:
                // The channel stops.
                break;
        }
    }
}
