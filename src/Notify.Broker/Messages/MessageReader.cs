using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>Reads the parts that messages between nodes are made of.</summary>
internal sealed class MessageReader(byte[] bytes) : BinaryReader(new MemoryStream(bytes, writable: false), Encoding.UTF8)
{
    public SendId ReadSendId() => new(ReadGuid(), ReadInt32());

    public Position ReadPosition() => new(ReadString(), ReadInt64());

    public RelayId ReadRelayId() => new(ReadGuid());

    public byte[] ReadBytes()
    {
        var length = ReadInt32();
        var read = ReadBytes(length);
        return read.Length == length ? read : throw new EndOfStreamException();
    }

    public Notification ReadNotification(string channel) => new(channel, ReadPosition(), ReadSendId(), ReadInt64(), ReadBytes());

    private Guid ReadGuid() => new(ReadBytes(16));
}
