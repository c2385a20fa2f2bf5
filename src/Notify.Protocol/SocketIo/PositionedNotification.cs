namespace Notify.Protocol.SocketIo;

/// <summary>
/// Represents the broker's event with its position as the last argument,
/// <c>42["NEW_NOTIFICATION",&lt;notification&gt;,"1:epoch:offset:channel"]</c>, for sessions that can be recovered. The bytes are the same
/// for all sessions with one channel, and differ in one digit for sessions with several.
/// </summary>
public sealed class PositionedNotification : WireMessage
{
    private readonly int _kindAt;
    private PositionedNotification? _amongOthers;

    internal PositionedNotification(byte[] bytes, int kindAt, string channel, string epoch, long offset)
        : base(bytes, isBinary: false, escapable: true)
    {
        _kindAt = kindAt;
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

    /// <summary>
    /// Gets the event for sessions that have, or have had, other channels. It has the same length, and is created on first use and cached.
    /// </summary>
    public PositionedNotification ForMultipleChannels => _amongOthers ??= WithKind(LastReceived.Among);

    private PositionedNotification WithKind(byte kind)
    {
        var bytes = Payload.ToArray();
        bytes[_kindAt] = kind;
        return new PositionedNotification(bytes, _kindAt, Channel, Epoch, Offset) { Observer = Observer };
    }
}
