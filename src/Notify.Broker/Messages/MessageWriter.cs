using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.Histories;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>Writes the parts that messages between nodes are made of.</summary>
internal sealed class MessageWriter(Stream stream) : BinaryWriter(stream, Encoding.UTF8, leaveOpen: true)
{
    public void Write(SendId id)
    {
        Write(id.Request);
        Write(id.Occurrence);
    }

    public void Write(IdempotencyKey? key)
    {
        Write(key.HasValue);
        if (key is { } given)
        {
            Write(given.Key);
            Write(given.Occurrence);
        }
    }

    public void Write(Position position)
    {
        Write(position.Epoch);
        Write(position.Offset);
    }

    public void Write(ReadOnlyMemory<byte> bytes)
    {
        Write(bytes.Length);
        Write(bytes.Span);
    }

    public void WriteJoin(string channel, RelayId relay, long joinNumber)
    {
        Write(channel);
        Write(relay.Value);
        Write(joinNumber);
    }

    // The channel is not repeated: every message names it once, in front.
    public void Write(Notification notification)
    {
        Write(notification.Position);
        Write(notification.Id);
        Write(notification.At);
        Write(notification.Payload);
    }

    private void Write(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes);
        Write(bytes);
    }
}
