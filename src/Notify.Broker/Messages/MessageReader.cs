using System.Diagnostics;
using System.Text;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Inboxes;
using Notify.Broker.Recovery;
using Notify.Broker.Relays;
using Notify.Broker.Revocations;
using Notify.Broker.Tracing;
using Notify.Protocol;

namespace Notify.Broker.Messages;

/// <summary>Reads the parts of messages between nodes.</summary>
internal sealed class MessageReader(byte[] bytes) : BinaryReader(new MemoryStream(bytes, writable: false), Encoding.UTF8)
{
    public PublishId ReadSendId() => new(ReadGuid(), ReadInt32());

    public IdempotencyKey? ReadKey() => ReadBoolean() ? new IdempotencyKey(ReadString(), ReadInt32()) : null;

    public Position ReadPosition() => new(ReadString(), ReadInt64());

    public RelayId ReadRelayId() => new(ReadGuid());

    public byte[] ReadBytes() => Read(ReadInt32());

    public Notification ReadNotification(string channel) => new(channel, ReadPosition(), ReadSendId(), ReadInt64(), ReadBytes());

    /// <summary>Reads notifications; null when the message has none.</summary>
    public IReadOnlyList<Notification>? ReadNotifications(string channel) =>
        ReadInt32() is >= 0 and var count ? ReadList(count, () => ReadNotification(channel)) : null;

    public IReadOnlyList<string> ReadStrings() => ReadList(ReadInt32(), ReadString);

    public IReadOnlyList<int> ReadNumbers() => ReadList(ReadInt32(), ReadInt32);

    public InboxMarkRequest ReadMark() => new(
        (InboxMarkKind)ReadInt32(),
        ReadOptional(),
        ReadBoolean() ? ReadRanges() : null,
        ReadStrings(),
        ReadBoolean())
    {
        CollapseKey = ReadOptional(),
        Category = ReadOptional(),
    };

    public RangeSet ReadRanges() => RangeSet.Of(ReadList(ReadInt32(), () => new OffsetRange(ReadInt64(), ReadInt64())));

    public InboxCounts ReadCounts() => new(ReadInt64(), ReadInt64(), ReadInt64(), ReadInt64());

    public JoinKey ReadJoinKey() => new(ReadString(), ReadRelayId(), ReadInt64());

    public OffsetAnnouncement ReadOffsetAnnouncement() => new(ReadString(), ReadRelayId(), ReadInt64(), ReadPosition());

    public Since? ReadSince() => ReadByte() switch
    {
        MessageWriter.SinceNow => null,
        MessageWriter.SinceEarliest => Since.Earliest.Instance,
        _ => new Since.After(ReadString(), ReadInt64()),
    };

    /// <summary>Reads a known notification; null when the message ends before it.</summary>
    public KnownNotification? ReadBehind() =>
        BaseStream.Position == BaseStream.Length ? null : new KnownNotification(ReadPosition(), ReadBoolean() ? ReadSendId() : null);

    /// <summary>Reads the span of a publish; null when the message ends before it, or contains an empty one.</summary>
    public TraceContext? ReadTrace()
    {
        if (IsAtEnd)
        {
            return null;
        }

        var field = Read(25).AsSpan();
        return field[..16].ContainsAnyExcept((byte)0)
            ? new TraceContext(
                ActivityTraceId.CreateFromBytes(field[..16]),
                ActivitySpanId.CreateFromBytes(field[16..24]),
                (ActivityTraceFlags)field[24])
            : null;
    }

    /// <summary>Reads the fields beside a notification; empty when the message ends before them.</summary>
    public ReadOnlyMemory<byte> ReadMeta() => IsAtEnd ? default : ReadBytes();

    /// <summary>Reads which notifications have fields or are gone, at the end of a message.</summary>
    public IReadOnlyList<Notification>? ReadFields(IReadOnlyList<Notification>? notifications)
    {
        if (notifications is null || IsAtEnd)
        {
            return notifications;
        }

        var all = notifications.ToArray();
        for (var count = ReadInt32(); count > 0; count--)
        {
            var index = ReadInt32();
            var isGone = ReadBoolean();
            var meta = ReadBytes();
            if (index < 0 || index >= all.Length)
            {
                throw new EndOfStreamException();
            }

            all[index] = isGone ? all[index].WithoutContent() : all[index].With(meta);
        }

        return all;
    }

    /// <summary>Reads the revisions of announced marks, at the end of a message.</summary>
    public IReadOnlyList<OffsetAnnouncement> ReadRevisions(IReadOnlyList<OffsetAnnouncement> announcements) => IsAtEnd
        ? announcements
        : [.. announcements.Select(each => each with { Revision = ReadInt64() is >= 0 and var revision ? revision : null })];

    public bool IsAtEnd => BaseStream.Position >= BaseStream.Length;

    public Revocation ReadRevocation() =>
        new((RevocationKind)ReadInt32(), ReadString(), ReadInt64(), ReadInt64(), ReadInt64());

    public DisconnectOrder ReadOrder() => new()
    {
        User = ReadOptional(),
        Session = ReadOptional(),
        TokenId = ReadOptional(),
        Connection = ReadOptional(),
        Before = ReadBoolean() ? ReadInt64() : null,
        Kind = (DisconnectKind)ReadInt32(),
        Reason = ReadString(),
    };

    public string? ReadOptional() => ReadBoolean() ? ReadString() : null;

    public DeliveryLogState ReadLog()
    {
        var (hasJoined, hasMultipleChannels, isComplete) = (ReadBoolean(), ReadBoolean(), ReadBoolean());
        var channels = ReadList(
            ReadInt32(), () => new DeliveryLogState.Joined(ReadString(), ReadBoolean(), ReadBoolean() ? ReadPosition() : null));
        var runs = ReadList(ReadInt32(), () => new DeliveryRun(ReadOptional(), ReadString(), ReadInt64(), ReadInt64()));
        return new DeliveryLogState(channels, runs, hasJoined, hasMultipleChannels, isComplete);
    }

    // The list is not allocated with the received count but grows with its items.
    public static List<T> ReadList<T>(int count, Func<T> read)
    {
        var list = new List<T>();
        while (list.Count < count)
        {
            list.Add(read());
        }

        return list;
    }

    public Guid ReadGuid() => new(Read(16));

    // The received length is checked before the allocation.
    private byte[] Read(int length) =>
        length >= 0 && length <= BaseStream.Length - BaseStream.Position ? ReadBytes(length) : throw new EndOfStreamException();
}
