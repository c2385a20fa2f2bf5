using System.Text.Unicode;
using Notify.Protocol.EngineIo;

namespace Notify.Protocol.SocketIo;

/// <summary>
/// Decodes the Socket.IO packets of one session, and joins binary packets with their attachments. Any message results in a packet, a wait
/// or a named error. After an error it expects a new packet. Not safe for concurrent use.
/// </summary>
/// <param name="revision">The session's revision.</param>
/// <param name="maxAttachmentBytes">The maximum size of one packet's attachments together, in bytes.</param>
public sealed class SocketPacketDecoder(SocketRevision revision, int maxAttachmentBytes)
{
    /// <summary>The maximum number of attachments in a packet, as in the reference implementation.</summary>
    public const int MaxAttachments = 10;

    /// <summary>The maximum nesting of JSON. Real events need only a few levels, and the check of placeholders is recursive.</summary>
    public const int MaxDepth = 64;

    private SocketPacket? _pending;
    private ReadOnlyMemory<byte>[] _attachments = [];
    private int _received;
    private int _room;

    /// <summary>Gets whether a binary packet still lacks attachments.</summary>
    public bool IsWaiting => _pending is not null;

    /// <summary>
    /// Decodes the next message of the session. It copies the data that it needs later, so the message's buffer may be reused.
    /// </summary>
    /// <param name="message">An Engine.IO packet of type message.</param>
    /// <param name="packet">The completed packet; null on errors and while attachments are missing.</param>
    public SocketDecodeError Decode(in EnginePacket message, out SocketPacket? packet)
    {
        packet = null;
        var error = message switch
        {
            { Type: not EnginePacketType.Message } => SocketDecodeError.NotAMessage,
            { IsBinary: true } => TakeAttachment(message.Data, out packet),
            _ when IsWaiting => SocketDecodeError.TextBetweenAttachments,
            _ => TakeText(message.Data.Span, out packet),
        };
        if (error != SocketDecodeError.None)
        {
            Forget();
        }

        return error;
    }

    private SocketDecodeError TakeText(ReadOnlySpan<byte> text, out SocketPacket? packet)
    {
        packet = null;
        if (!Utf8.IsValid(text))
        {
            return SocketDecodeError.BadUtf8;
        }

        var error = SocketHeader.Take(ref text, out var header);
        if (error != SocketDecodeError.None)
        {
            return error;
        }

        error = SocketPayload.Read(text, out var data);
        if (error == SocketDecodeError.None)
        {
            error = SocketPayload.Check(header, data, revision);
        }

        if (error != SocketDecodeError.None)
        {
            return error;
        }

        var (name, query) = SplitQuery(header.Namespace);
        packet = new SocketPacket(header.Type, name, header.AckId, data, Attachments: []) { Query = query };
        if (header.IsBinary)
        {
            _attachments = new ReadOnlyMemory<byte>[header.Attachments];
            _received = 0;
            _room = maxAttachmentBytes;
            (_pending, packet) = (packet, null);
        }

        return SocketDecodeError.None;
    }

    private SocketDecodeError TakeAttachment(ReadOnlyMemory<byte> data, out SocketPacket? packet)
    {
        packet = null;
        if (_pending is null)
        {
            return SocketDecodeError.UnexpectedBinary;
        }

        if (data.Length > _room)
        {
            return SocketDecodeError.AttachmentsTooLarge;
        }

        _room -= data.Length;
        _attachments[_received++] = data.ToArray();
        if (_received == _attachments.Length)
        {
            packet = _pending with { Attachments = _attachments };
            Forget();
        }

        return SocketDecodeError.None;
    }

    private (string Name, string? Query) SplitQuery(string name)
    {
        var mark = revision == SocketRevision.V4 ? name.IndexOf('?') : -1;
        return mark < 0 ? (name, null) : (name[..mark], name[(mark + 1)..]);
    }

    private void Forget()
    {
        _pending = null;
        _attachments = [];
    }
}
