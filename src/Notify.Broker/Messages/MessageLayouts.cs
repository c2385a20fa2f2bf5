using System.Collections.Frozen;
using Notify.Broker.AntiEntropy;
using Notify.Broker.History;
using Notify.Broker.Metrics;
using Notify.Broker.Recovery;
using Notify.Broker.Revocations;

namespace Notify.Broker.Messages;

/// <summary>
/// Lists the messages between nodes and their fields. A field is only ever added at the end, so that a node of the version before can read
/// the message; <c>README.md</c> has the same list in words.
/// </summary>
internal static class MessageLayouts
{
    private static readonly MessageLayout[] All =
    [
        // Publishing.
        MessageLayout.Of<Publish>(
            "P",
            static (writer, m) =>
            {
                writer.Write(m.Channel);
                writer.Write(m.Id);
                writer.Write(m.Payload);
                writer.Write(m.Key);
                writer.WriteTrace(m.Trace, isLast: m.Meta.IsEmpty);
                writer.WriteMeta(m.Meta);
            },
            static reader => new Publish(reader.ReadString(), reader.ReadSendId(), reader.ReadBytes(), reader.ReadKey())
            {
                Trace = reader.ReadTrace(),
                Meta = reader.ReadMeta(),
            }),
        MessageLayout.Of<Published>(
            "PD",
            static (writer, m) =>
            {
                writer.Write(m.Channel);
                writer.Write(m.Id);
                writer.Write(m.Notification);
                writer.Write(m.Position);
                if (m.Owner is not null)
                {
                    writer.Write(m.Owner);
                }
            },
            static reader => new Published(reader.ReadString(), reader.ReadSendId(), reader.ReadSendId(), reader.ReadPosition())
            {
                Owner = reader.IsAtEnd ? null : reader.ReadString(),
            }),
        MessageLayout.Of<PublishRefused>(
            "PR",
            static (writer, m) =>
            {
                writer.Write(m.Channel);
                writer.Write(m.Id);
            },
            static reader => new PublishRefused(reader.ReadString(), reader.ReadSendId())),
        MessageLayout.Of<SocketSend>(
            "S",
            static (writer, m) =>
            {
                writer.Write(m.Socket);
                writer.Write(m.Id);
                writer.Write(m.Payload);
                writer.WriteMeta(m.Meta);
            },
            static reader => new SocketSend(reader.ReadString(), reader.ReadSendId(), reader.ReadBytes()) { Meta = reader.ReadMeta() }),

        // Between a relay and the owner of a channel.
        MessageLayout.Of<JoinChannel>(
            "J",
            static (writer, m) =>
            {
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                writer.WriteBehind(m.Known);
            },
            static reader => new JoinChannel(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64(), reader.ReadBehind())),
        MessageLayout.Of<ChannelJoined>(
            "JD",
            static (writer, m) =>
            {
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                writer.Write(m.Head);
            },
            static reader => new ChannelJoined(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64(), reader.ReadPosition())),
        MessageLayout.Of<LeaveChannel>(
            "L",
            static (writer, m) => writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber),
            static reader => new LeaveChannel(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64())),
        MessageLayout.Of<Deliver>(
            "D",
            static (writer, m) =>
            {
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                writer.Write(m.Notification);
                writer.WriteTrace(m.Stamp.Trace, isLast: m.Notification.Meta.IsEmpty);
                writer.WriteMeta(m.Notification.Meta);
            },
            static reader =>
            {
                var channel = reader.ReadString();
                var (relay, joinNumber) = (reader.ReadRelayId(), reader.ReadInt64());
                var notification = reader.ReadNotification(channel);
                var stamp = new DeliveryStamp(0, IsReceived: true, reader.ReadTrace());
                return new Deliver(relay, joinNumber, notification.With(reader.ReadMeta())) { IsFromPeer = true, Stamp = stamp };
            }),
        MessageLayout.Of<ReadHistory>(
            "R",
            static (writer, m) =>
            {
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                writer.Write(m.After);
                writer.Write(m.UpTo);
                if (m.Epoch is not null)
                {
                    writer.Write(m.Epoch);
                }
            },
            static reader => new ReadHistory(
                reader.ReadString(),
                reader.ReadRelayId(),
                reader.ReadInt64(),
                reader.ReadInt64(),
                reader.ReadInt64(),
                reader.IsAtEnd ? null : reader.ReadString())),
        MessageLayout.Of<HistoryPage>(
            "H",
            static (writer, m) =>
            {
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                writer.Write(m.After);
                writer.Write(m.From);
                writer.Write(m.Notifications);
                writer.WriteFields(m.Notifications);
            },
            static reader =>
            {
                var channel = reader.ReadString();
                return new HistoryPage(
                    channel,
                    reader.ReadRelayId(),
                    reader.ReadInt64(),
                    reader.ReadInt64(),
                    reader.ReadPosition(),
                    reader.ReadFields(reader.ReadNotifications(channel)));
            }),
        MessageLayout.Of<ChannelStopped>(
            "G",
            static (writer, m) => writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber),
            static reader => new ChannelStopped(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64())),
        MessageLayout.Of<OffsetAnnouncement>(
            "T",
            static (writer, m) =>
            {
                writer.Write(m);
                writer.WriteRevisions([m]);
            },
            static reader => reader.ReadRevisions([reader.ReadOffsetAnnouncement()])[0]),

        // Anti-entropy and flow control between two nodes.
        MessageLayout.Of<ProbeJoin>(
            "B",
            static (writer, m) => writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber),
            static reader => new ProbeJoin(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64())),
        MessageLayout.Of<CompareJoins>(
            "X",
            static (writer, m) =>
            {
                writer.Write(m.Digest.Counts);
                foreach (var hash in m.Digest.Hashes)
                {
                    writer.Write(hash);
                }
            },
            static reader =>
            {
                var counts = reader.ReadNumbers();
                return new CompareJoins(new JoinDigest(counts, MessageReader.ReadList(counts.Count, reader.ReadInt64)));
            }),
        MessageLayout.Of<ListJoins>(
            "XL", static (writer, m) => writer.Write(m.Buckets), static reader => new ListJoins(reader.ReadNumbers())),
        MessageLayout.Of<JoinList>(
            "XJ",
            static (writer, m) =>
            {
                writer.Write(m.Bucket);
                writer.Write(m.From);
                writer.Write(m.To);
                writer.Write(m.Joins.Count);
                foreach (var join in m.Joins)
                {
                    writer.WriteJoin(join.Channel, join.Relay, join.JoinNumber);
                }
            },
            static reader => new JoinList(
                reader.ReadInt32(),
                reader.ReadUInt64(),
                reader.ReadUInt64(),
                MessageReader.ReadList(reader.ReadInt32(), reader.ReadJoinKey))),
        MessageLayout.Of<OffsetAnnouncements>(
            "XT",
            static (writer, m) =>
            {
                writer.Write(m.Offsets.Count);
                foreach (var offset in m.Offsets)
                {
                    writer.Write(offset);
                }

                writer.WriteRevisions(m.Offsets);
            },
            static reader => new OffsetAnnouncements(
                reader.ReadRevisions(MessageReader.ReadList(reader.ReadInt32(), reader.ReadOffsetAnnouncement)))),
        MessageLayout.Of<FlowControlProbe>(
            "M", static (writer, m) => writer.Write(m.Bytes), static reader => new FlowControlProbe(reader.ReadInt64())),
        MessageLayout.Of<FlowControlAck>(
            "MR", static (writer, m) => writer.Write(m.Bytes), static reader => new FlowControlAck(reader.ReadInt64())),

        // Queries.
        MessageLayout.Of<FetchHistory>(
            "F",
            static (writer, m) =>
            {
                writer.Write(m.Channel);
                writer.Write(m.Since);
                writer.Write(m.Limit);
            },
            static reader => new FetchHistory(reader.ReadString(), reader.ReadSince(), reader.ReadInt32())),
        MessageLayout.Of<FetchedHistory>(
            "FD",
            static (writer, m) =>
            {
                writer.Write(m.Channel);
                writer.Write(m.Head);
                writer.Write(m.From);
                writer.Write(m.Notifications);
                writer.WriteFields(m.Notifications);
            },
            static reader =>
            {
                var channel = reader.ReadString();
                return new FetchedHistory(
                    channel, reader.ReadPosition(), reader.ReadPosition(), reader.ReadFields(reader.ReadNotifications(channel)));
            }),
        MessageLayout.Of<CountSubscribers>(
            "C", static (writer, m) => writer.Write(m.Channels), static reader => new CountSubscribers(reader.ReadStrings())),
        MessageLayout.Of<SubscriberCounts>(
            "CD", static (writer, m) => writer.Write(m.Counts), static reader => new SubscriberCounts(reader.ReadNumbers())),
        MessageLayout.Of<ListChannels>(
            "LC",
            static (writer, m) =>
            {
                writer.Write(m.Prefix);
                writer.WriteOptional(m.After);
                writer.Write(m.Limit);
            },
            static reader => new ListChannels(reader.ReadString(), reader.ReadOptional(), reader.ReadInt32())),
        MessageLayout.Of<ChannelList>(
            "LD",
            static (writer, m) =>
            {
                writer.Write(m.Channels.Count);
                foreach (var channel in m.Channels)
                {
                    writer.Write(channel.Name);
                    writer.Write(channel.Head);
                }
            },
            static reader => new ChannelList(
                MessageReader.ReadList(reader.ReadInt32(), () => new StoredChannel(reader.ReadString(), reader.ReadPosition())))),

        // Session recovery.
        MessageLayout.Of<TakeSession>(
            "K", static (writer, m) => writer.Write(m.PrivateId), static reader => new TakeSession(reader.ReadString())),
        MessageLayout.Of<SessionTaken>(
            "KT",
            static (writer, m) =>
            {
                writer.Write(m.PrivateId);
                writer.Write(m.Log);
                if (m.Owner.IsKnown)
                {
                    writer.WriteOptional(m.Owner.User);
                }
            },
            static reader => new SessionTaken(
                reader.ReadString(),
                reader.ReadLog(),
                reader.IsAtEnd ? SessionOwner.Unknown : SessionOwner.Of(reader.ReadOptional()))),
        MessageLayout.Of<SessionMissing>(
            "KM",
            static (writer, m) =>
            {
                writer.Write(m.PrivateId);
                writer.Write(m.IsOver);
            },
            static reader => new SessionMissing(reader.ReadString(), reader.ReadBoolean())),

        // Signing out.
        MessageLayout.Of<Revoke>(
            "RV",
            static (writer, m) =>
            {
                writer.Write(m.Revocation);
                writer.Write(m.Reason);
            },
            static reader => new Revoke(reader.ReadRevocation(), reader.ReadString())),
        MessageLayout.Of<RevokeDone>(
            "RVD", static (writer, m) => writer.Write(m.Connections), static reader => new RevokeDone(reader.ReadInt32())),
        MessageLayout.Of<NodeQuestion>(
            "NQ",
            static (writer, m) =>
            {
                writer.Write(m.Subject);
                writer.Write(m.Json);
            },
            static reader => new NodeQuestion(reader.ReadString(), reader.ReadBytes())),
        MessageLayout.Of<NodeAnswer>(
            "NQD", static (writer, m) => writer.Write(m.Json), static reader => new NodeAnswer(reader.ReadBytes())),
        MessageLayout.Of<Disconnect>(
            "RD", static (writer, m) => writer.Write(m.Order), static reader => new Disconnect(reader.ReadOrder())),
        MessageLayout.Of<DisconnectDone>(
            "RDD", static (writer, m) => writer.Write(m.Connections), static reader => new DisconnectDone(reader.ReadInt32())),
        MessageLayout.Of<ListRevocations>(
            "RL",
            static (writer, m) =>
            {
                writer.Write(m.After.HasValue);
                if (m.After is { } after)
                {
                    writer.Write((int)after.Kind);
                    writer.Write(after.Name);
                }
            },
            static reader => new ListRevocations(reader.ReadBoolean() ? ((RevocationKind)reader.ReadInt32(), reader.ReadString()) : null)),
        MessageLayout.Of<RevocationList>(
            "RLD",
            static (writer, m) =>
            {
                writer.Write(m.IsComplete);
                writer.Write(m.Revocations.Count);
                foreach (var revocation in m.Revocations)
                {
                    writer.Write(revocation);
                }
            },
            static reader =>
            {
                var isComplete = reader.ReadBoolean();
                return new RevocationList(MessageReader.ReadList(reader.ReadInt32(), reader.ReadRevocation), isComplete);
            }),

        // Joining the cluster.
        MessageLayout.Of<ListNodes>("N", static (_, _) => { }, static _ => ListNodes.Instance),
        MessageLayout.Of<NodeList>("ND", static (writer, m) => writer.Write(m.Nodes), static reader => new NodeList(reader.ReadStrings())),

        .. InboxLayouts.All,
    ];

    /// <summary>Gets the layouts by the type of the message.</summary>
    public static FrozenDictionary<Type, MessageLayout> ByType { get; } = All.ToFrozenDictionary(layout => layout.Type);

    /// <summary>Gets the layouts by their manifest.</summary>
    public static FrozenDictionary<string, MessageLayout> ByManifest { get; } =
        All.ToFrozenDictionary(layout => layout.Manifest, StringComparer.Ordinal);
}
