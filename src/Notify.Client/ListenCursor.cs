namespace Notify.Client;

/// <summary>Holds where a listener is in a channel.</summary>
/// <param name="channel">The channel.</param>
/// <param name="position">The position to begin after; null for none.</param>
/// <param name="start">Where to begin without a position.</param>
internal sealed class ListenCursor(string channel, NotifyPosition? position, NotifyStart start)
{
    /// <summary>Gets the last position; null before the first join.</summary>
    public NotifyPosition? Position { get; private set; } = position;

    /// <summary>Gets or sets whether the channel is joined on the present connection.</summary>
    public bool IsJoined { get; set; }

    /// <summary>Writes the join that continues here.</summary>
    public ReadOnlyMemory<byte> Join() => ClientMessages.Join(channel, Position, start);

    /// <summary>Takes the answer to a join, or the message that a replay was broken off. Returns what was lost; null for nothing.</summary>
    public HistoryLost? Joined(NotifyPosition? now, bool isRecovered)
    {
        var last = Position;
        var isExpected = last is not null || start == NotifyStart.Earliest || IsJoined;
        Position = now;
        IsJoined = true;
        return isExpected && !isRecovered ? new HistoryLost(channel, now, last) : null;
    }

    /// <summary>Takes a notification.</summary>
    public void Advance(NotifyPosition now) => Position = now;
}
