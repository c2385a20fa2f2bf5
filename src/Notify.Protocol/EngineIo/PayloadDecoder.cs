namespace Notify.Protocol.EngineIo;

/// <summary>Reads the packets in the body of one polling POST. Total: any bytes give packets or a named error.</summary>
public static class PayloadDecoder
{
    /// <summary>
    /// The most packets one body may hold. A packet takes two bytes of a body but some forty of memory, so a body of the
    /// greatest size could otherwise claim twenty times as much; clients batch what waited for one round trip, hundreds at most.
    /// </summary>
    public const int MaxPackets = 10_000;

    private const byte Separator = 0x1E;

    /// <summary>
    /// Appends the packets of <paramref name="body"/> that precede the first bad one to <paramref name="packets"/> and
    /// returns what was bad; <see cref="EngineDecodeError.None"/> when the body was whole. The packets' data are slices of
    /// <paramref name="body"/> where nothing had to be rewritten. Bytes that are not UTF-8 count as U+FFFD.
    /// </summary>
    /// <param name="body">The request body as received; for JSONP what <see cref="UnwrapJsonp"/> gave.</param>
    /// <param name="revision">The session's revision.</param>
    /// <param name="framing">The framing the request's content type says; revision 4 knows only text.</param>
    /// <param name="packets">Takes the packets, after those it already holds.</param>
    public static EngineDecodeError Decode(
        ReadOnlyMemory<byte> body,
        EngineRevision revision,
        PayloadFraming framing,
        ICollection<EnginePacket> packets)
    {
        ArgumentNullException.ThrowIfNull(packets);
        if (body.IsEmpty)
        {
            return EngineDecodeError.Empty;
        }

        return (revision, framing) switch
        {
            (EngineRevision.V3, PayloadFraming.Binary) => ByteFraming.Decode(body, packets),
            (EngineRevision.V3, _) => LengthFraming.Decode(Utf8Text.Repair(body), packets),
            (_, PayloadFraming.Binary) => EngineDecodeError.WrongFraming,
            _ => DecodeSeparated(Utf8Text.Repair(body), packets),
        };
    }

    /// <summary>
    /// Takes the payload out of the form a JSONP client posts, <c>d=&lt;payload&gt;</c>, undoing the
    /// form's escapes and those of newlines. The payload is no longer than <paramref name="form"/>.
    /// </summary>
    public static EngineDecodeError UnwrapJsonp(ReadOnlyMemory<byte> form, out ReadOnlyMemory<byte> payload) =>
        JsonpForm.Unwrap(form, out payload);

    private static EngineDecodeError DecodeSeparated(ReadOnlyMemory<byte> body, ICollection<EnginePacket> packets)
    {
        var room = MaxPackets;
        while (true)
        {
            var end = body.Span.IndexOf(Separator);
            var error = EnginePacketDecoder.DecodeValidText(end < 0 ? body : body[..end], EngineRevision.V4, out var packet);
            if (error != EngineDecodeError.None)
            {
                return error;
            }

            if (room-- == 0)
            {
                return EngineDecodeError.TooManyPackets;
            }

            packets.Add(packet);
            if (end < 0)
            {
                return EngineDecodeError.None;
            }

            body = body[(end + 1)..];
        }
    }
}
