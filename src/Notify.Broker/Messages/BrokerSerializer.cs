using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Notify.Broker.Channels;

namespace Notify.Broker.Messages;

/// <summary>
/// The one layout of everything that crosses nodes: a version byte, then the fields in order (README.md beside the project lists
/// them). Payloads travel as the bytes they are. An unknown manifest or version is an error that drops that one message, so that
/// nodes of versions N and N + 1 can live together.
/// </summary>
public sealed class BrokerSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const byte Version = 1;

    /// <inheritdoc />
    public override int Identifier => 7301;

    /// <inheritdoc />
    public override string Manifest(object o) => o switch
    {
        Publish => "P",
        Published => "PD",
        PublishRefused => "PR",
        JoinChannel => "J",
        LeaveChannel => "L",
        ReadHistory => "R",
        ChannelJoined => "JD",
        Deliver => "D",
        HistoryPage => "H",
        Gone => "G",
        _ => throw new SerializationException($"{o.GetType()} has no layout in {nameof(BrokerSerializer)}."),
    };

    /// <inheritdoc />
    public override byte[] ToBinary(object obj)
    {
        using var stream = new MemoryStream();
        using var writer = new MessageWriter(stream);
        writer.Write(Version);
        switch (obj)
        {
            case Publish m:
                writer.Write(m.Channel);
                writer.Write(m.Id);
                writer.Write(m.Payload);
                writer.Write(m.Key);
                break;
            case Published m:
                writer.Write(m.Channel);
                writer.Write(m.Id);
                writer.Write(m.Notification);
                writer.Write(m.Position);
                break;
            case PublishRefused m:
                writer.Write(m.Channel);
                writer.Write(m.Id);
                break;
            case JoinChannel m:
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                break;
            case LeaveChannel m:
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                break;
            case ReadHistory m:
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                writer.Write(m.After);
                writer.Write(m.UpTo);
                break;
            case ChannelJoined m:
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                writer.Write(m.Head);
                break;
            case Deliver m:
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                writer.Write(m.Notification);
                break;
            case HistoryPage m:
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                writer.Write(m.After);
                writer.Write(m.From);
                writer.Write(m.Notifications?.Count ?? -1);
                foreach (var notification in m.Notifications ?? [])
                {
                    writer.Write(notification);
                }

                break;
            case Gone m:
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                break;
            default:
                throw new SerializationException($"{obj.GetType()} has no layout in {nameof(BrokerSerializer)}.");
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest)
    {
        var reader = new MessageReader(bytes);
        var version = reader.ReadByte();
        if (version != Version)
        {
            throw new SerializationException($"Message {manifest} has version {version}; this node reads version {Version}.");
        }

        switch (manifest)
        {
            case "P":
                return new Publish(reader.ReadString(), reader.ReadSendId(), reader.ReadBytes(), reader.ReadKey());
            case "PD":
                return new Published(reader.ReadString(), reader.ReadSendId(), reader.ReadSendId(), reader.ReadPosition());
            case "PR":
                return new PublishRefused(reader.ReadString(), reader.ReadSendId());
            case "J":
                return new JoinChannel(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64());
            case "L":
                return new LeaveChannel(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64());
            case "R":
                return new ReadHistory(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
            case "JD":
                return new ChannelJoined(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64(), reader.ReadPosition());
            case "D":
                {
                    var channel = reader.ReadString();
                    return new Deliver(reader.ReadRelayId(), reader.ReadInt64(), reader.ReadNotification(channel));
                }

            case "H":
                return ReadPage(reader);
            case "G":
                return new Gone(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64());
            default:
                throw new SerializationException($"Message {manifest} is not known to this node.");
        }
    }

    private static HistoryPage ReadPage(MessageReader reader)
    {
        var channel = reader.ReadString();
        var relay = reader.ReadRelayId();
        var joinNumber = reader.ReadInt64();
        var after = reader.ReadInt64();
        var from = reader.ReadPosition();
        var count = reader.ReadInt32();
        if (count < 0)
        {
            return new HistoryPage(channel, relay, joinNumber, after, from, null);
        }

        var notifications = new List<Notification>();
        for (var i = 0; i < count; i++)
        {
            notifications.Add(reader.ReadNotification(channel));
        }

        return new HistoryPage(channel, relay, joinNumber, after, from, notifications);
    }
}
