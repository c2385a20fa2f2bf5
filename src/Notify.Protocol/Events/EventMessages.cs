using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Notify.Protocol.JsonWebSocket;

namespace Notify.Protocol.Events;

/// <summary>What the server says on an event stream (<c>text/event-stream</c>, HTML Living Standard section 9.2).</summary>
public static class EventMessages
{
    // The room that an event takes beside what the backend sent.
    private const int EventOverhead = 300;

    /// <summary>A comment, which clients skip: it tells them, and every proxy between, that the stream lives.</summary>
    public static WireMessage KeepAlive { get; } = WireMessage.Text(":\n\n"u8.ToArray());

    /// <summary>Says when a client should come back after the stream has ended, from now on.</summary>
    public static WireMessage Retry(TimeSpan time) =>
        WireMessage.Text(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"retry: {(long)time.TotalMilliseconds}\n\n")));

    /// <summary>The first block: when to come back, and where the client stands before anything else is said; it is no event.</summary>
    public static WireMessage Opening(TimeSpan retry, PositionVector positions)
    {
        ArgumentNullException.ThrowIfNull(positions);
        var output = new ArrayBufferWriter<byte>(EventOverhead);
        output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"retry: {(long)retry.TotalMilliseconds}\n")));
        positions.WriteTo(output);
        output.Write("\n"u8);
        return WireMessage.Text(output.WrittenMemory);
    }

    /// <summary>The event <c>joined</c>.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="epoch">The epoch of the position that the client has now.</param>
    /// <param name="offset">The offset of the position that the client has now.</param>
    /// <param name="recovered">Whether everything after that position follows.</param>
    public static PositionedEvent Joined(string channel, string epoch, long offset, bool recovered)
    {
        var output = new ArrayBufferWriter<byte>(EventOverhead);
        output.Write("event: joined\ndata: "u8);
        JsonWebSocketText.WriteJoined(output, channel, epoch, offset, recovered, id: default);
        output.Write("\n\n"u8);
        return new PositionedEvent(output.WrittenMemory, channel, epoch, offset);
    }

    /// <summary>The event <c>NEW_NOTIFICATION</c>.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="epoch">Its epoch.</param>
    /// <param name="offset">Its offset.</param>
    /// <param name="id">The identity of the send.</param>
    /// <param name="at">When it was ordered.</param>
    /// <param name="data">What the backend sent: JSON in UTF-8.</param>
    public static PositionedEvent Notification(string channel, string epoch, long offset, string id, DateTimeOffset at, ReadOnlySpan<byte> data)
    {
        var output = new ArrayBufferWriter<byte>(EventOverhead + data.Length);
        output.Write("event: NEW_NOTIFICATION\ndata: "u8);
        var head = output.WrittenCount;
        JsonWebSocketText.WriteNotification(output, channel, epoch, offset, id, at, data);

        // Line breaks, which end a line of the stream, stand in JSON only between tokens, where a space is as good.
        var json = MemoryMarshal.AsMemory(output.WrittenMemory).Span[head..];
        json.Replace((byte)'\n', (byte)' ');
        json.Replace((byte)'\r', (byte)' ');
        output.Write("\n\n"u8);
        return new PositionedEvent(output.WrittenMemory, channel, epoch, offset);
    }
}
