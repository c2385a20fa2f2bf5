using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.Histories;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>Reads the parts that messages between nodes are made of.</summary>
internal sealed class MessageReader(byte[] bytes) : BinaryReader(new MemoryStream(bytes, writable: false), Encoding.UTF8)
{
    public SendId ReadSendId() => new(ReadGuid(), ReadInt32());

    public IdempotencyKey? ReadKey() => ReadBoolean() ? new IdempotencyKey(ReadString(), ReadInt32()) : null;

    public Position ReadPosition() => new(ReadString(), ReadInt64());

    public RelayId ReadRelayId() => new(ReadGuid());

    public byte[] ReadBytes() => Take(ReadInt32());

    public Notification ReadNotification(string channel) => new(channel, ReadPosition(), ReadSendId(), ReadInt64(), ReadBytes());

    private Guid ReadGuid() => new(Take(16));

    // What a length claims is checked before it is allocated.
    private byte[] Take(int length) =>
        length >= 0 && length <= BaseStream.Length - BaseStream.Position ? ReadBytes(length) : throw new EndOfStreamException();
}
