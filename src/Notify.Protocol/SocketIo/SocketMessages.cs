using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Notify.Protocol.EngineIo;

namespace Notify.Protocol.SocketIo;

/// <summary>
/// Creates the Socket.IO packets of a server, wrapped as Engine.IO messages. Namespaces include their slash, and <c>/</c> is the default.
/// JSON arguments are UTF-8 and are written unchanged and unchecked.
/// </summary>
public static class SocketMessages
{
    private static readonly WireMessage ConnectDefault =
        new SocketText(SocketPacketType.Connect, SocketHeader.DefaultNamespace).ToMessage();
    private static readonly WireMessage DisconnectDefault =
        new SocketText(SocketPacketType.Disconnect, SocketHeader.DefaultNamespace).ToMessage();

    /// <summary>Creates the response for a connected namespace, revision 4: <c>40</c> or <c>40/nsp,</c>.</summary>
    public static WireMessage ConnectV4(string ns) =>
        ns == SocketHeader.DefaultNamespace ? ConnectDefault : new SocketText(SocketPacketType.Connect, ns).ToMessage();

    /// <summary>
    /// Creates the response for a connected namespace, revision 5: <c>40{"sid":"…"}</c>, with <paramref name="pid"/> if the session can be
    /// recovered.
    /// </summary>
    public static WireMessage ConnectV5(string ns, string sid, string? pid = null)
    {
        ArgumentNullException.ThrowIfNull(sid);
        var text = new SocketText(SocketPacketType.Connect, ns).Raw("{\"sid\":"u8).String(sid);
        return (pid is null ? text : text.Raw(",\"pid\":"u8).String(pid)).Raw("}"u8).ToMessage();
    }

    /// <summary>Creates the response for a refused namespace, revision 4: <c>44/nsp,"Invalid namespace"</c>.</summary>
    public static WireMessage ConnectErrorV4(string ns, string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new SocketText(SocketPacketType.ConnectError, ns).String(message).ToMessage();
    }

    /// <summary>Creates the response for a refused namespace, revision 5: <c>44/nsp,{"message":"Invalid namespace"}</c>.</summary>
    public static WireMessage ConnectErrorV5(string ns, string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new SocketText(SocketPacketType.ConnectError, ns).Raw("{\"message\":"u8).String(message).Raw("}"u8).ToMessage();
    }

    /// <summary>Creates the response for a client that is refused, revision 4: <c>44{"code":"…","message":"…"}</c>.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="code">The reason, for programs.</param>
    /// <param name="message">The reason, for people.</param>
    public static WireMessage RefusalV4(string ns, string code, string message)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(message);
        return new SocketText(SocketPacketType.ConnectError, ns)
            .Raw("{\"code\":"u8).String(code).Raw(",\"message\":"u8).String(message).Raw("}"u8).ToMessage();
    }

    /// <summary>
    /// Creates the response for a client that is refused, revision 5: <c>44{"message":"code","data":{"code":"…","message":"…"}}</c>.
    /// </summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="code">The reason, for programs.</param>
    /// <param name="message">The reason, for people.</param>
    public static WireMessage RefusalV5(string ns, string code, string message)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(message);
        return new SocketText(SocketPacketType.ConnectError, ns)
            .Raw("{\"message\":"u8).String(code)
            .Raw(",\"data\":{\"code\":"u8).String(code).Raw(",\"message\":"u8).String(message).Raw("}}"u8).ToMessage();
    }

    /// <summary>Creates the packet that disconnects a namespace: <c>41</c> or <c>41/nsp,</c>.</summary>
    public static WireMessage Disconnect(string ns) =>
        ns == SocketHeader.DefaultNamespace ? DisconnectDefault : new SocketText(SocketPacketType.Disconnect, ns).ToMessage();

    /// <summary>Creates the ack of the event with <paramref name="id"/>: <c>43&lt;id&gt;[…]</c>.</summary>
    public static WireMessage Ack(string ns, ulong id, params ReadOnlySpan<ReadOnlyMemory<byte>> jsonArguments) =>
        new SocketText(SocketPacketType.Ack, ns, id).Array(name: null, jsonArguments).ToMessage();

    /// <summary>Creates an event: <c>42["name",…]</c>.</summary>
    public static WireMessage Event(string ns, string name, params ReadOnlySpan<ReadOnlyMemory<byte>> jsonArguments)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new SocketText(SocketPacketType.Event, ns).Array(name, jsonArguments).ToMessage();
    }

    /// <summary>
    /// Creates an event whose arguments refer to <paramref name="attachments"/> by <c>{"_placeholder":true,"num":i}</c>: its text followed
    /// by the attachments, which must be sent without another message between them. Without attachments it is a plain event.
    /// </summary>
    public static IReadOnlyList<WireMessage> BinaryEvent(
        string ns,
        string name,
        IReadOnlyList<ReadOnlyMemory<byte>> attachments,
        EngineRevision revision,
        params ReadOnlySpan<ReadOnlyMemory<byte>> jsonArguments)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(attachments);
        var type = attachments.Count == 0 ? SocketPacketType.Event : SocketPacketType.BinaryEvent;
        var text = new SocketText(type, ns, id: null, attachments.Count).Array(name, jsonArguments);
        return WithAttachments(text.ToMessage(), attachments, revision);
    }

    /// <summary>Creates the ack of the event with <paramref name="id"/>, with attachments as in <see cref="BinaryEvent"/>.</summary>
    public static IReadOnlyList<WireMessage> BinaryAck(
        string ns,
        ulong id,
        IReadOnlyList<ReadOnlyMemory<byte>> attachments,
        EngineRevision revision,
        params ReadOnlySpan<ReadOnlyMemory<byte>> jsonArguments)
    {
        ArgumentNullException.ThrowIfNull(attachments);
        var type = attachments.Count == 0 ? SocketPacketType.Ack : SocketPacketType.BinaryAck;
        var text = new SocketText(type, ns, id, attachments.Count).Array(name: null, jsonArguments);
        return WithAttachments(text.ToMessage(), attachments, revision);
    }

    /// <summary>Creates the broker's event: <c>42["NEW_NOTIFICATION",&lt;notification&gt;]</c>.</summary>
    /// <param name="notificationJson">The notification as UTF-8 JSON.</param>
    public static WireMessage Notification(ReadOnlySpan<byte> notificationJson) => Notification(notificationJson, []);

    /// <summary>
    /// Creates the broker's event with a second argument, which is omitted when empty:
    /// <c>42["NEW_NOTIFICATION",&lt;notification&gt;,&lt;second&gt;]</c>.
    /// </summary>
    /// <param name="notificationJson">The notification as UTF-8 JSON.</param>
    /// <param name="secondArgument">The second argument as UTF-8 JSON.</param>
    public static WireMessage Notification(ReadOnlySpan<byte> notificationJson, ReadOnlySpan<byte> secondArgument)
    {
        var head = "42[\"NEW_NOTIFICATION\","u8;
        var comma = secondArgument.IsEmpty ? [] : ","u8;
        var bytes = GC.AllocateUninitializedArray<byte>(head.Length + notificationJson.Length + comma.Length + secondArgument.Length + 1);
        var rest = bytes.AsSpan();
        Put(ref rest, head);
        Put(ref rest, notificationJson);
        Put(ref rest, comma);
        Put(ref rest, secondArgument);
        Put(ref rest, "]"u8);
        return WireMessage.Json(bytes);
    }

    /// <summary>Creates the broker's event with its position as the last argument, in the form for sessions with one channel.</summary>
    /// <param name="notificationJson">The notification as UTF-8 JSON.</param>
    /// <param name="channel">Its channel.</param>
    /// <param name="epoch">Its epoch, in URL-safe characters.</param>
    /// <param name="offset">Its offset.</param>
    public static PositionedNotification Notification(ReadOnlySpan<byte> notificationJson, string channel, string epoch, long offset)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(epoch);
        var head = "42[\"NEW_NOTIFICATION\","u8;
        Span<byte> place = stackalloc byte[128];
        if (!Utf8.TryWrite(place, CultureInfo.InvariantCulture, $",\"1:{epoch}:{offset}:", out var placeLength))
        {
            throw new ArgumentException("The epoch is too long.", nameof(epoch));
        }

        var name = JsonEncodedText.Encode(channel, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;
        var bytes = GC.AllocateUninitializedArray<byte>(head.Length + notificationJson.Length + placeLength + name.Length + 2);
        var rest = bytes.AsSpan();
        Put(ref rest, head);
        Put(ref rest, notificationJson);
        Put(ref rest, place[..placeLength]);
        Put(ref rest, name);
        Put(ref rest, "\"]"u8);
        return new PositionedNotification(bytes, head.Length + notificationJson.Length + 2, channel, epoch, offset);
    }

    private static void Put(ref Span<byte> target, scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(target);
        target = target[bytes.Length..];
    }

    private static WireMessage[] WithAttachments(WireMessage text, IReadOnlyList<ReadOnlyMemory<byte>> attachments, EngineRevision revision)
    {
        var messages = new WireMessage[attachments.Count + 1];
        messages[0] = text;
        for (var i = 0; i < attachments.Count; i++)
        {
            messages[i + 1] = EngineMessages.Binary(attachments[i].Span, revision);
        }

        return messages;
    }
}
