using Notify.Broker.Connections;
using Notify.Broker.Messages;

namespace Notify.Broker.Relays;

/// <summary>One subscriber that is still told what it missed, and so hears nothing live of the channel.</summary>
/// <param name="subscription">The subscriber.</param>
/// <param name="reply">The acknowledgement that it waits for; answered when it is known that everything follows.</param>
/// <param name="offset">What it has; <see cref="ReadHistory.Earliest"/> until it is known where the history begins.</param>
/// <param name="now">When it began, in milliseconds of a monotonic clock.</param>
internal sealed class ReplayCursor(Subscription subscription, JoinReply? reply, long offset, long now)
{
    public Subscription Subscription { get; } = subscription;

    /// <summary>Who waits for the answer; nobody any more once it was given.</summary>
    public List<JoinReply> Replies { get; } = reply is null ? [] : [reply];

    /// <summary>Whether recovery was promised, so that a hole has to be said aloud.</summary>
    public bool IsRecoveryAnnounced { get; set; }

    /// <summary>Whether the owner was asked for what follows <see cref="Offset"/> and has not answered.</summary>
    public bool IsReading { get; set; }

    /// <summary>The offset of the last notification that was written.</summary>
    public long Offset { get; set; } = offset;

    /// <summary>When something was last written, or the socket last had room.</summary>
    public long MovedAt { get; set; } = now;
}
