using Notify.Broker.Inboxes;

namespace Notify.Broker.Messages;

/// <summary>
/// Lists the messages about announcements between nodes and their fields, as <see cref="MessageLayouts"/> does for all others.
/// </summary>
internal static class AnnouncementLayouts
{
    /// <summary>Gets the layouts.</summary>
    public static IReadOnlyList<MessageLayout> All { get; } =
    [
        MessageLayout.Of<ReadAnnouncement>(
            "IN",
            static (writer, m) =>
            {
                writer.Write(m.Channel);
                writer.Write(m.Marks.Count);
                foreach (var mark in m.Marks)
                {
                    writer.Write(mark);
                }

                writer.Write((IReadOnlyList<OffsetRange>)m.Wanted);
                writer.Write(m.Limit);
                writer.WriteOptional(m.Category);
                writer.Write(m.Tags);
            },
            static reader => new ReadAnnouncement(reader.ReadString())
            {
                Marks = MessageReader.ReadList(reader.ReadInt32(), reader.ReadMark),
                Wanted = reader.ReadRanges(),
                Limit = reader.ReadInt32(),
                Category = reader.ReadOptional(),
                Tags = reader.ReadStrings(),
            }),
        MessageLayout.Of<AnnouncementRead>(
            "IND",
            static (writer, m) =>
            {
                writer.Write(m.Channel);
                writer.Write(m.Head is not null);
                if (m.Head is { } head)
                {
                    Write(writer, head);
                }

                writer.Write(m.Found.Count);
                foreach (var items in m.Found)
                {
                    writer.Write((IReadOnlyList<OffsetRange>)items);
                }

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
                var read = new AnnouncementRead(
                    channel,
                    reader.ReadBoolean() ? ReadHead(reader) : null,
                    MessageReader.ReadList(reader.ReadInt32(), reader.ReadRanges),
                    reader.ReadNotifications(channel) ?? [],
                    reader.ReadBoolean() ? reader.ReadInt64() : null);
                return read with { Items = reader.ReadFields(read.Items)! };
            }),
    ];

    /// <summary>Writes heads.</summary>
    public static void Write(MessageWriter writer, IReadOnlyList<AnnouncementHead> heads)
    {
        writer.Write(heads.Count);
        foreach (var head in heads)
        {
            Write(writer, head);
        }
    }

    /// <summary>Reads heads.</summary>
    public static IReadOnlyList<AnnouncementHead> ReadHeads(MessageReader reader) =>
        MessageReader.ReadList(reader.ReadInt32(), () => ReadHead(reader));

    private static void Write(MessageWriter writer, AnnouncementHead head)
    {
        writer.Write(head.Name);
        writer.Write(head.Head);
        writer.Write(head.Revision);
        writer.Write(head.Floor);
        writer.Write(head.Backlog);
        writer.Write((IReadOnlyList<OffsetRange>)head.Gone);
        writer.Write(head.AreOffsetsKept);
    }

    private static AnnouncementHead ReadHead(MessageReader reader) => new(
        reader.ReadString(),
        reader.ReadPosition(),
        reader.ReadInt64(),
        reader.ReadInt64(),
        reader.ReadInt64(),
        reader.ReadRanges(),
        reader.ReadBoolean());
}
