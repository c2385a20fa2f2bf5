using Notify.Broker.Inboxes;

namespace Notify.Broker.Messages;

/// <summary>Lists the messages about inboxes between nodes and their fields, as <see cref="MessageLayouts"/> does for all others.</summary>
internal static class InboxLayouts
{
    /// <summary>Gets the layouts.</summary>
    public static IReadOnlyList<MessageLayout> All { get; } =
    [
        MessageLayout.Of<MarkInbox>(
            "IM",
            static (writer, m) =>
            {
                writer.Write(m.Channel);
                writer.Write(m.Marks.Count);
                foreach (var mark in m.Marks)
                {
                    writer.Write(mark);
                }

                foreach (var mark in m.Marks)
                {
                    writer.WriteOptional(mark.Of);
                }

                AnnouncementLayouts.Write(writer, m.Heads);
                writer.Write(m.MayCreate);
                writer.Write(m.Id);
            },
            static reader =>
            {
                var (channel, marks) = (reader.ReadString(), MessageReader.ReadList(reader.ReadInt32(), reader.ReadMark));
                return new MarkInbox(channel, [.. marks.Select(mark => mark with { Of = reader.ReadOptional() })])
                {
                    Heads = AnnouncementLayouts.ReadHeads(reader),
                    MayCreate = reader.ReadBoolean(),
                    Id = reader.ReadGuid(),
                };
            }),
        MessageLayout.Of<InboxMarked>(
            "IMD",
            static (writer, m) =>
            {
                writer.Write(m.Channel);
                writer.Write((int)m.Outcome);
                writer.Write(m.Head);
                writer.Write(m.Revision);
                writer.Write(m.Counts);
                writer.Write(m.Changed);
            },
            static reader => new InboxMarked(
                reader.ReadString(),
                (InboxMarkOutcome)reader.ReadInt32(),
                reader.ReadPosition(),
                reader.ReadInt64(),
                reader.ReadCounts(),
                reader.ReadInt64())),
        MessageLayout.Of<ReadInbox>(
            "IR",
            static (writer, m) =>
            {
                writer.Write(m.Channel);
                writer.Write((int)m.Filter);
                writer.Write(m.Before);
                writer.Write(m.Limit);
                writer.WriteOptional(m.Category);
                writer.Write(m.Tags);
            },
            static reader => new ReadInbox(reader.ReadString(), (InboxFilter)reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt32())
            {
                Category = reader.ReadOptional(),
                Tags = reader.ReadStrings(),
            }),
        MessageLayout.Of<InboxPage>(
            "IRD",
            static (writer, m) =>
            {
                writer.Write(m.Channel);
                writer.Write(m.IsInbox);
                writer.Write(m.Head);
                writer.Write(m.Revision);
                writer.Write(m.State);
                writer.Write(m.Items);
                writer.Write(m.Next.HasValue);
                if (m.Next is { } next)
                {
                    writer.Write(next);
                }

                writer.WriteFields(m.Items);
            },
            static reader =>
            {
                var channel = reader.ReadString();
                var page = new InboxPage(
                    channel,
                    reader.ReadBoolean(),
                    reader.ReadPosition(),
                    reader.ReadInt64(),
                    reader.ReadBytes(),
                    reader.ReadNotifications(channel) ?? [],
                    reader.ReadBoolean() ? reader.ReadInt64() : null);
                return page with { Items = reader.ReadFields(page.Items)! };
            }),
        MessageLayout.Of<WatchInbox>(
            "IW",
            static (writer, m) => writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber),
            static reader => new WatchInbox(reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64())),
        MessageLayout.Of<ItemsRemoved>(
            "IB",
            static (writer, m) =>
            {
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                writer.Write(m.Epoch);
                writer.Write((IReadOnlyList<OffsetRange>)m.Offsets);
            },
            static reader => new ItemsRemoved(
                reader.ReadString(), reader.ReadRelayId(), reader.ReadInt64(), reader.ReadString(), reader.ReadRanges())),
        MessageLayout.Of<EraseInbox>(
            "IE", static (writer, m) => writer.Write(m.Channel), static reader => new EraseInbox(reader.ReadString())),
        MessageLayout.Of<InboxErased>(
            "IED",
            static (writer, m) =>
            {
                writer.Write(m.Channel);
                writer.Write(m.IsInbox);
            },
            static reader => new InboxErased(reader.ReadString(), reader.ReadBoolean())),
        MessageLayout.Of<InboxTold>(
            "IT",
            static (writer, m) =>
            {
                writer.WriteJoin(m.Channel, m.Relay, m.JoinNumber);
                writer.Write(m.Head);
                writer.Write(m.Revision);
                writer.Write(m.Counts);
                writer.Write(m.State);
                writer.Write(m.Backlog.HasValue);
                if (m.Backlog is { } backlog)
                {
                    writer.Write(backlog);
                }
            },
            static reader => new InboxTold(
                reader.ReadString(),
                reader.ReadRelayId(),
                reader.ReadInt64(),
                reader.ReadPosition(),
                reader.ReadInt64(),
                reader.ReadCounts(),
                reader.ReadBytes())
            {
                Backlog = reader.ReadBoolean() ? reader.ReadInt64() : null,
            }),
        .. AnnouncementLayouts.All,
    ];
}
