using System.Buffers;

namespace Notify.Protocol.EngineIo;

/// <summary>Encodes the body of one polling GET response.</summary>
public static class PayloadEncoder
{
    private const byte Separator = 0x1E;

    /// <summary>
    /// Writes <paramref name="messages"/> as one payload. Revision 4: packets separated by U+001E, binary as <c>b</c> and base64;
    /// <paramref name="framing"/> is ignored, because this revision has only one. Revision 3, text: <c>length:packet</c>, JSON in ASCII
    /// only, binary as <c>b4</c> and base64. Revision 3, binary: marker, length in bytes, 255, data.
    /// </summary>
    /// <param name="output">Receives the payload.</param>
    /// <param name="messages">The messages in order; binary ones in the form of <paramref name="revision"/>. An empty list writes
    /// nothing.</param>
    /// <param name="revision">The session's revision.</param>
    /// <param name="framing">The framing for revision 3.</param>
    public static void Encode(
        IBufferWriter<byte> output,
        ReadOnlySpan<WireMessage> messages,
        EngineRevision revision,
        PayloadFraming framing)
    {
        ArgumentNullException.ThrowIfNull(output);
        var writer = new PayloadWriter(output);
        if (revision == EngineRevision.V4)
        {
            EncodeSeparated(writer, messages);
            return;
        }

        foreach (var message in messages)
        {
            if (framing == PayloadFraming.Binary)
            {
                ByteFraming.Write(writer, message);
            }
            else
            {
                LengthFraming.Write(writer, message);
            }
        }
    }

    /// <summary>
    /// Writes <paramref name="payload"/> (UTF-8 text) as the script that a JSONP client runs: <c>___eio[&lt;digits of
    /// index&gt;]("&lt;payload&gt;");</c> with U+2028 and U+2029 escaped.
    /// </summary>
    /// <param name="output">Receives the script.</param>
    /// <param name="payload">A payload in text framing.</param>
    /// <param name="index">The query key <c>j</c>. Characters other than ASCII digits are dropped.</param>
    public static void WrapJsonp(IBufferWriter<byte> output, ReadOnlySpan<byte> payload, string index)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(index);
        output.Write("___eio["u8);
        var writer = new PayloadWriter(output);
        foreach (var character in index)
        {
            if (char.IsAsciiDigit(character))
            {
                writer.WriteByte((byte)character);
            }
        }

        output.Write("]("u8);
        JavaScriptString.Write(output, payload);
        output.Write(");"u8);
    }

    private static void EncodeSeparated(PayloadWriter writer, ReadOnlySpan<WireMessage> messages)
    {
        var first = true;
        foreach (var message in messages)
        {
            if (!first)
            {
                writer.WriteByte(Separator);
            }

            first = false;
            if (message.IsBinary)
            {
                writer.WriteByte((byte)'b');
                writer.WriteBase64(message.Payload.Span);
            }
            else
            {
                writer.Write(message.Payload.Span);
            }
        }
    }
}
