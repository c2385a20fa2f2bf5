using System.Buffers.Text;
using System.Text;

namespace Notify.Protocol.SocketIo;

/// <summary>
/// Represents the part of a packet before its JSON: <c>&lt;type&gt;[&lt;attachments&gt;-][&lt;nsp&gt;,][&lt;ack id&gt;]</c>.
/// </summary>
internal readonly record struct SocketHeader(SocketPacketType Type, int Attachments, string Namespace, ulong? AckId)
{
    public const string DefaultNamespace = "/";

    public bool IsBinary => Type is SocketPacketType.BinaryEvent or SocketPacketType.BinaryAck;

    /// <summary>Parses and removes the header from <paramref name="text"/>, which is UTF-8, and leaves the JSON.</summary>
    public static SocketDecodeError Take(ref ReadOnlySpan<byte> text, out SocketHeader header)
    {
        header = default;
        if (text.IsEmpty)
        {
            return SocketDecodeError.Empty;
        }

        var type = (SocketPacketType)(text[0] - '0');
        if (type > SocketPacketType.BinaryAck)
        {
            return SocketDecodeError.UnknownType;
        }

        text = text[1..];
        header = new SocketHeader(type, Attachments: 0, DefaultNamespace, AckId: null);
        if (header.IsBinary)
        {
            var error = TakeAttachments(ref text, out var attachments);
            if (error != SocketDecodeError.None)
            {
                return error;
            }

            header = header with { Attachments = attachments };
        }

        header = header with { Namespace = TakeNamespace(ref text) };
        if (text.IsEmpty || !char.IsAsciiDigit((char)text[0]))
        {
            return SocketDecodeError.None;
        }

        if (!Utf8Parser.TryParse(text, out ulong id, out var digits))
        {
            return SocketDecodeError.BadAckId;
        }

        text = text[digits..];
        header = header with { AckId = id };
        return SocketDecodeError.None;
    }

    private static SocketDecodeError TakeAttachments(ref ReadOnlySpan<byte> text, out int attachments)
    {
        attachments = 0;
        var position = 0;
        for (; position < text.Length && char.IsAsciiDigit((char)text[position]); position++)
        {
            attachments = Math.Min((attachments * 10) + text[position] - '0', SocketPacketDecoder.MaxAttachments + 1);
        }

        if (attachments == 0 || position == text.Length || text[position] != '-')
        {
            return SocketDecodeError.BadAttachmentCount;
        }

        text = text[(position + 1)..];
        return attachments > SocketPacketDecoder.MaxAttachments ? SocketDecodeError.TooManyAttachments : SocketDecodeError.None;
    }

    private static string TakeNamespace(ref ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] != '/')
        {
            return DefaultNamespace;
        }

        var comma = text.IndexOf((byte)',');
        var name = comma < 0 ? text : text[..comma];
        text = comma < 0 ? [] : text[(comma + 1)..];
        return name.Length == 1 ? DefaultNamespace : Encoding.UTF8.GetString(name);
    }
}
