namespace Notify.Protocol.Events;

/// <summary>
/// An event that moves a stream on in one channel. Its bytes are the same for all streams; the <c>id</c> line before them is each
/// stream's own, made of the position here and those of its other channels.
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

    /// <summary>The channel.</summary>
    public string Channel { get; }

    /// <summary>The epoch of the position that a client has once it has read the event.</summary>
    public string Epoch { get; }

    /// <summary>The offset of the position that a client has once it has read the event.</summary>
    public long Offset { get; }
}
