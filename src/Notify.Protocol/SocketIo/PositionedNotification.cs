namespace Notify.Protocol.SocketIo;

/// <summary>
/// The broker's own event with its position as the last argument, <c>42["NEW_NOTIFICATION",&lt;notification&gt;,"1:epoch:offset:channel"]</c>,
/// for sessions that can be recovered. The same bytes for all sessions with one channel, and, but for one digit, for all with several.
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

    /// <summary>The channel.</summary>
    public string Channel { get; }

    /// <summary>The epoch of the position that a client has once it has read the event.</summary>
    public string Epoch { get; }

    /// <summary>The offset of the position that a client has once it has read the event.</summary>
    public long Offset { get; }

    /// <summary>The event for sessions that have, or have had, other channels; as long as this one. Made on first use and kept.</summary>
    public PositionedNotification ForMultipleChannels => _amongOthers ??= WithKind(LastReceived.Among);

    private PositionedNotification WithKind(byte kind)
    {
        var bytes = Payload.ToArray();
        bytes[_kindAt] = kind;
        return new PositionedNotification(bytes, _kindAt, Channel, Epoch, Offset);
    }
}
