using Akka.Actor;
using Notify.Broker.History;
using Notify.Broker.Inboxes;

namespace Notify.Broker.Channels;

/// <summary>Groups the parts that a channel has once its owner has claimed it.</summary>
internal sealed class OwnedChannel
{
    // With a durable store, memory only serves relays that have been disconnected for a moment.
    private const int CacheBytes = 16 * 1024;

    private readonly ChannelServices _services;
    private readonly MessageQueue _queue;
    private readonly IActorRef _self;
    private readonly RecentMarks? _requests;

    /// <summary>Takes over a channel.</summary>
    /// <param name="claim">The channel, as claimed.</param>
    /// <param name="services">The parts of the node.</param>
    /// <param name="queue">The account of messages that wait.</param>
    /// <param name="self">The channel's actor.</param>
    public OwnedChannel(ClaimedChannel claim, ChannelServices services, MessageQueue queue, IActorRef self)
    {
        _services = services;
        _queue = queue;
        _self = self;
        var options = services.Options.Channels;
        var window = (long)options.SendWindow.TotalMilliseconds;
        var kind = options.KindOf(claim.Name);
        _requests = kind == ChannelKind.Plain ? null : new RecentMarks(window);
        var ttl = (long)options.TtlOf(kind).TotalMilliseconds;
        State = new ChannelState(
            claim.Name,
            claim.Head,
            services.Store.IsDurable
                ? new ChannelHistory(int.MaxValue, Math.Min(ttl, ChannelHistory.Grace), CacheBytes, claim.Head.Offset)
                : new ChannelHistory(options.SizeOf(kind), ttl),
            window,
            claim.Newest);
        foreach (var (id, offset) in claim.Recent)
        {
            State.Recall(id, offset, services.Time.GetMilliseconds());
        }

        Relays = new RelayLinks(State, services);
        (Claim, Reader, Publishes, Inbox) = Use(claim);
    }

    /// <summary>Gets the claim under which the owner appends and reads.</summary>
    public ClaimedChannel Claim { get; private set; }

    /// <summary>Gets the offsets, the history in memory and the joins that count.</summary>
    public ChannelState State { get; }

    /// <summary>Gets the relays that have joined.</summary>
    public RelayLinks Relays { get; }

    /// <summary>Gets the reader of the history.</summary>
    public ChannelReader Reader { get; private set; }

    /// <summary>Gets the publishes.</summary>
    public ChannelPublishes Publishes { get; private set; }

    /// <summary>Gets the marks; null when the channel is neither an inbox nor has announcements.</summary>
    public ChannelInbox? Inbox { get; private set; }

    /// <summary>Continues with the claim of a channel that its first publish has added to the store.</summary>
    public void Begin(ClaimedChannel claim) => (Claim, Reader, Publishes, Inbox) = Use(claim);

    private (ClaimedChannel Claim, ChannelReader Reader, ChannelPublishes Publishes, ChannelInbox? Inbox) Use(ClaimedChannel claim)
    {
        var reader = new ChannelReader(claim.Name, _services.Store, claim, State.History, _services.Metrics);
        var publishes = new ChannelPublishes(_services, claim, State, Relays, _queue, _self);
        var inbox = _requests is null
            ? null
            : new ChannelInbox(_services, claim, State, Relays, reader, publishes, _requests, _self);
        return (claim, reader, publishes, inbox);
    }
}
