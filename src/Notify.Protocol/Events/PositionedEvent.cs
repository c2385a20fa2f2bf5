namespace Notify.Protocol.Events;

/// <summary>
/// Represents an event that advances a stream's position in one channel. Its bytes are the same for all streams. The <c>id</c> line before
/// them differs for each stream: it combines this position with those of the stream's other channels.
/// </summary>
public sealed class PositionedEvent : WireMessage
{
    internal PositionedEvent(ReadOnlyMemory<byte> block, string channel, string epoch, long offset)
        : base(block, isBinary: false, escapable: false)
    {
        Channel = channel;
        Epoch = epoch;
        Offset = offset;
    }

    /// <summary>Gets the channel.</summary>
    public string Channel { get; }

    /// <summary>Gets the epoch of the client's position after this event.</summary>
    public string Epoch { get; }

    /// <summary>Gets the offset of the client's position after this event.</summary>
    public long Offset { get; }
}
