using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Notify.Broker.History;
using Notify.Broker.AntiEntropy;

namespace Notify.Broker.Messages;

/// <summary>
/// Serializes every message between nodes: a version byte, then the fields in order (listed in the project's README.md). Payloads are
/// copied unchanged. An unknown manifest or version is an error that drops only that message, so that nodes of versions N and N + 1 can
/// form a cluster.
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
        ChannelStopped => "G",
        OffsetAnnouncement => "T",
        ProbeJoin => "B",
        CompareJoins => "X",
        ListJoins => "XL",
        JoinList => "XJ",
        OffsetAnnouncements => "XT",
        FlowControlProbe => "M",
        FlowControlAck => "MR",
        CountSubscribers => "C",
        SubscriberCounts => "CD",
        FetchHistory => "F",
        FetchedHistory => "FD",
        SocketSend => "S",
        ListChannels => "LC",
        ChannelList => "LD",
        TakeSession => "K",
        SessionTaken => "KT",
        SessionMissing => "KM",
        ListNodes => "N",
        NodeList => "ND",
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
                writer.WriteBehind(m.Known);
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
                writer.Write(m.Notifications);
                break;
            case ChannelStopped m:
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                break;
            case OffsetAnnouncement m:
                writer.Write(m);
                break;
            case ProbeJoin m:
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                break;
            case CompareJoins m:
                writer.Write(m.Digest.Counts);
                foreach (var hash in m.Digest.Hashes)
                {
                    writer.Write(hash);
                }

                break;
            case ListJoins m:
                writer.Write(m.Buckets);
                break;
            case JoinList m:
                writer.Write(m.Bucket);
                writer.Write(m.From);
                writer.Write(m.To);
                writer.Write(m.Joins.Count);
                foreach (var join in m.Joins)
                {
                    writer.WriteJoin(join.Channel, join.Relay, join.JoinNumber);
                }

                break;
            case OffsetAnnouncements m:
                writer.Write(m.Offsets.Count);
                foreach (var offset in m.Offsets)
                {
                    writer.Write(offset);
                }

                break;
            case FlowControlProbe m:
                writer.Write(m.Bytes);
                break;
            case FlowControlAck m:
                writer.Write(m.Bytes);
                break;
            case ListNodes:
                break;
            case NodeList m:
                writer.Write(m.Nodes);
                break;
            case CountSubscribers m:
                writer.Write(m.Channels);
                break;
            case SubscriberCounts m:
                writer.Write(m.Counts);
                break;
            case FetchHistory m:
                writer.Write(m.Channel);
                writer.Write(m.Since);
                writer.Write(m.Limit);
                break;
            case FetchedHistory m:
                writer.Write(m.Channel);
                writer.Write(m.Head);
                writer.Write(m.From);
                writer.Write(m.Notifications);
                break;
            case SocketSend m:
                writer.Write(m.Socket);
                writer.Write(m.Id);
                writer.Write(m.Payload);
                break;
            case ListChannels m:
                writer.Write(m.Prefix);
                writer.WriteOptional(m.After);
                writer.Write(m.Limit);
                break;
            case ChannelList m:
                writer.Write(m.Channels.Count);
                foreach (var channel in m.Channels)
                {
                    writer.Write(channel.Name);
                    writer.Write(channel.Head);
                }

                break;
            case TakeSession m:
                writer.Write(m.PrivateId);
                break;
            case SessionTaken m:
                writer.Write(m.PrivateId);
                writer.Write(m.Log);
                break;
            case SessionMissing m:
                writer.Write(m.PrivateId);
                writer.Write(m.IsOver);
                break;
            default:
                throw new SerializationException($"{obj.GetType()} has no layout in {nameof(BrokerSerializer)}.");
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <inheritdoc />
    /// <exception cref="SerializationException">The message is unknown, or its bytes do not match its layout.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return Read(bytes, manifest);
        }
        catch (Exception exception) when (exception is IOException or FormatException or ArgumentException or OverflowException)
        {
            throw new SerializationException($"Message {manifest} cannot be read: {exception.Message}", exception);
        }
    }

    private static object Read(byte[] bytes, string manifest)
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
                return new JoinChannel(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64(), reader.ReadBehind());
            case "L":
                return new LeaveChannel(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64());
            case "R":
                return new ReadHistory(
                    reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
            case "JD":
                return new ChannelJoined(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64(), reader.ReadPosition());
            case "D":
                {
                    var channel = reader.ReadString();
                    return new Deliver(reader.ReadRelayId(), reader.ReadInt64(), reader.ReadNotification(channel)) { IsFromPeer = true };
                }

            case "H":
                {
                    var channel = reader.ReadString();
                    return new HistoryPage(
                        channel,
                        reader.ReadRelayId(),
                        reader.ReadInt64(),
                        reader.ReadInt64(),
                        reader.ReadPosition(),
                        reader.ReadNotifications(channel));
                }

            case "G":
                return new ChannelStopped(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64());
            case "T":
                return reader.ReadOffsetAnnouncement();
            case "B":
                return new ProbeJoin(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64());
            case "X":
                {
                    var counts = reader.ReadNumbers();
                    return new CompareJoins(new JoinDigest(counts, MessageReader.ReadList(counts.Count, reader.ReadInt64)));
                }

            case "XL":
                return new ListJoins(reader.ReadNumbers());
            case "XJ":
                return new JoinList(
                    reader.ReadInt32(),
                    reader.ReadUInt64(),
                    reader.ReadUInt64(),
                    MessageReader.ReadList(reader.ReadInt32(), reader.ReadJoinKey));
            case "XT":
                return new OffsetAnnouncements(MessageReader.ReadList(reader.ReadInt32(), reader.ReadOffsetAnnouncement));
            case "M":
                return new FlowControlProbe(reader.ReadInt64());
            case "MR":
                return new FlowControlAck(reader.ReadInt64());
            case "C":
                return new CountSubscribers(reader.ReadStrings());
            case "CD":
                return new SubscriberCounts(reader.ReadNumbers());
            case "F":
                return new FetchHistory(reader.ReadString(), reader.ReadSince(), reader.ReadInt32());
            case "FD":
                {
                    var channel = reader.ReadString();
                    return new FetchedHistory(channel, reader.ReadPosition(), reader.ReadPosition(), reader.ReadNotifications(channel));
                }

            case "S":
                return new SocketSend(reader.ReadString(), reader.ReadSendId(), reader.ReadBytes());
            case "LC":
                return new ListChannels(reader.ReadString(), reader.ReadOptional(), reader.ReadInt32());
            case "LD":
                return new ChannelList(MessageReader.ReadList(
                    reader.ReadInt32(), () => new StoredChannel(reader.ReadString(), reader.ReadPosition())));
            case "K":
                return new TakeSession(reader.ReadString());
            case "KT":
                return new SessionTaken(reader.ReadString(), reader.ReadLog());
            case "KM":
                return new SessionMissing(reader.ReadString(), reader.ReadBoolean());
            case "N":
                return ListNodes.Instance;
            case "ND":
                return new NodeList(reader.ReadStrings());
            default:
                throw new SerializationException($"Message {manifest} is not known to this node.");
        }
    }
}
