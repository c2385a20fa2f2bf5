using Akka.Actor;
using Notify.Broker.History;
using Notify.Broker.Messages;

namespace Notify.Broker.Queries;

/// <summary>Sends the list of this node's channels to other nodes.</summary>
internal sealed class ChannelListActor : UntypedActor
{
    /// <summary>The actor's name, by which the other nodes find it.</summary>
    public const string Name = "channel-list";

    private readonly IHistoryStore _store;

    public ChannelListActor(IHistoryStore store)
    {
        _store = store;
    }

    protected override void OnReceive(object message)
    {
        if (message is ListChannels list)
        {
            _ = AnswerAsync(list).PipeTo(Sender);
        }
        else
        {
            Unhandled(message);
        }
    }

    // A thousand channels with the longest names fill half of the largest message between nodes.
    private async Task<ChannelList> AnswerAsync(ListChannels list) =>
        new(await _store.ListAsync(list.Prefix, list.After, Math.Min(list.Limit, ChannelQueries.MaxLimit)));
}
