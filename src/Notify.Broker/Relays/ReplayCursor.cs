using Notify.Broker.Connections;
using Notify.Broker.Messages;

namespace Notify.Broker.Relays;

/// <summary>Represents a subscriber that still receives missed notifications, and therefore no live ones of the channel.</summary>
/// <param name="subscription">The subscriber.</param>
/// <param name="reply">The acknowledgement to send when the recovery is certain to be complete.</param>
/// <param name="offset">The client's offset; <see cref="ReadHistory.Earliest"/> until the start of the history is known.</param>
/// <param name="now">The start time, in milliseconds of a monotonic clock.</param>
internal sealed class ReplayCursor(Subscription subscription, JoinReply? reply, long offset, long now)
{
    public Subscription Subscription { get; } = subscription;

    /// <summary>Gets the acknowledgements to send; empty once they are sent.</summary>
    public List<JoinReply> Replies { get; } = reply is null ? [] : [reply];

    /// <summary>Gets or sets whether the client was promised a complete recovery, so that it has to be informed of a gap.</summary>
    public bool IsRecoveryAnnounced { get; set; }

    /// <summary>Gets or sets whether the read after <see cref="Offset"/> is not answered yet.</summary>
    public bool IsReading { get; set; }

    /// <summary>Gets or sets the offset of the last notification that was written.</summary>
    public long Offset { get; set; } = offset;

    /// <summary>Gets or sets the time of the last write, or of the last time that the socket had room again.</summary>
    public long MovedAt { get; set; } = now;
}
