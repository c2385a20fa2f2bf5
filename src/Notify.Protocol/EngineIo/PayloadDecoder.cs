namespace Notify.Protocol.EngineIo;

/// <summary>Decodes the packets in the body of one polling POST. Any bytes result in packets or a named error.</summary>
public static class PayloadDecoder
{
    /// <summary>
    /// The maximum number of packets in one body. A packet takes two bytes in a body but about forty in memory, so a body of the maximum
    /// size could otherwise use twenty times its size. Clients batch only the packets of one round trip, hundreds at most.
    /// </summary>
    public const int MaxPackets = 10_000;

    private const byte Separator = 0x1E;

    /// <summary>
    /// Appends the packets of <paramref name="body"/> before the first invalid one to <paramref name="packets"/> and returns the error;
    /// <see cref="EngineDecodeError.None"/> when all of the body is valid. The packets' data are slices of <paramref name="body"/> unless
    /// they had to be rewritten. Invalid UTF-8 counts as U+FFFD.
    /// </summary>
    /// <param name="body">The request body as received; for JSONP the result of <see cref="UnwrapJsonp"/>.</param>
    /// <param name="revision">The session's revision.</param>
    /// <param name="framing">The framing from the request's content type. Revision 4 supports only text.</param>
    /// <param name="packets">The list to which the packets are added.</param>
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
    /// Extracts the payload from the form of a JSONP client, <c>d=&lt;payload&gt;</c>, and removes the escapes of the form and of newlines.
    /// The payload is no longer than <paramref name="form"/>.
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
