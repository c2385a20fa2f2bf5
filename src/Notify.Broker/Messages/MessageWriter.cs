using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Inboxes;
using Notify.Broker.Recovery;
using Notify.Broker.Relays;
using Notify.Broker.Revocations;
using Notify.Broker.Tracing;
using Notify.Protocol;

namespace Notify.Broker.Messages;

/// <summary>Writes the parts of messages between nodes.</summary>
internal sealed class MessageWriter(Stream stream) : BinaryWriter(stream, Encoding.UTF8, leaveOpen: true)
{
    /// <summary>The value for no <see cref="Since"/>.</summary>
    public const byte SinceNow = 0;

    /// <summary>The value for <see cref="Since.Earliest"/>.</summary>
    public const byte SinceEarliest = 1;

    private const byte SinceAfter = 2;

    public void Write(PublishId id)
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

    public void Write(Since? since)
    {
        Write(since switch { null => SinceNow, Since.Earliest => SinceEarliest, _ => SinceAfter });
        if (since is Since.After after)
        {
            Write(after.Epoch);
            Write(after.Offset);
        }
    }

    public void Write(IReadOnlyList<Notification>? notifications)
    {
        Write(notifications?.Count ?? -1);
        foreach (var notification in notifications ?? [])
        {
            Write(notification);
        }
    }

    public void Write(IReadOnlyList<OffsetRange> ranges)
    {
        Write(ranges.Count);
        foreach (var range in ranges)
        {
            Write(range.From);
            Write(range.To);
        }
    }

    public void Write(InboxCounts counts)
    {
        Write(counts.Unread);
        Write(counts.Unseen);
        Write(counts.Total);
        Write(counts.Archived);
    }

    public void Write(InboxMarkRequest mark)
    {
        Write((int)mark.Kind);
        WriteOptional(mark.Epoch);
        Write(mark.Offsets is not null);
        if (mark.Offsets is { } offsets)
        {
            Write((IReadOnlyList<OffsetRange>)offsets);
        }

        Write(mark.Ids);
        Write(mark.IsAll);
        WriteOptional(mark.CollapseKey);
        WriteOptional(mark.Category);
    }

    public void Write(OffsetAnnouncement told)
    {
        WriteJoin(told.Channel, told.Relay, told.JoinNumber);
        Write(told.Position);
    }

    public void Write(IReadOnlyList<string> texts)
    {
        Write(texts.Count);
        foreach (var text in texts)
        {
            Write(text);
        }
    }

    public void Write(IReadOnlyList<int> numbers)
    {
        Write(numbers.Count);
        foreach (var number in numbers)
        {
            Write(number);
        }
    }

    // Writes nothing for null, like versions without this field.
    public void WriteBehind(KnownNotification? known)
    {
        if (known is null)
        {
            return;
        }

        Write(known.Position);
        Write(known.Id is not null);
        if (known.Id is { } id)
        {
            Write(id);
        }
    }

    // Writes nothing for null, like versions without this field, unless other fields follow.
    public void WriteTrace(TraceContext? trace, bool isLast)
    {
        Span<byte> bytes = stackalloc byte[25];
        if (trace is null)
        {
            bytes.Clear();
            Write(isLast ? [] : bytes);
            return;
        }

        trace.TraceId.CopyTo(bytes[..16]);
        trace.SpanId.CopyTo(bytes[16..24]);
        bytes[24] = (byte)trace.Flags;
        Write(bytes);
    }

    // Writes nothing for no fields, like versions without them.
    public void WriteMeta(ReadOnlyMemory<byte> meta)
    {
        if (!meta.IsEmpty)
        {
            Write(meta);
        }
    }

    // Writes which of the notifications have fields or are gone, at the end of a message; nothing for none, like versions without this.
    public void WriteFields(IReadOnlyList<Notification>? notifications)
    {
        var fielded = (notifications ?? []).Index().Where(static each => each.Item.IsGone || !each.Item.Meta.IsEmpty).ToList();
        if (fielded.Count == 0)
        {
            return;
        }

        Write(fielded.Count);
        foreach (var (index, notification) in fielded)
        {
            Write(index);
            Write(notification.IsGone);
            Write(notification.Meta);
        }
    }

    // Writes the revisions of announced marks at the end of a message; nothing for none, like versions without them.
    public void WriteRevisions(IReadOnlyList<OffsetAnnouncement> announcements)
    {
        if (announcements.All(static each => each.Revision is null))
        {
            return;
        }

        foreach (var announcement in announcements)
        {
            Write(announcement.Revision ?? -1);
        }
    }

    public void Write(ReadOnlyMemory<byte> bytes)
    {
        Write(bytes.Length);
        Write(bytes.Span);
    }

    public void WriteOptional(string? text)
    {
        Write(text is not null);
        if (text is not null)
        {
            Write(text);
        }
    }

    public void Write(DeliveryLogState log)
    {
        Write(log.HasJoined);
        Write(log.HasMultipleChannels);
        Write(log.IsComplete);
        Write(log.Channels.Count);
        foreach (var channel in log.Channels)
        {
            Write(channel.Channel);
            Write(channel.HasPositions);
            Write(channel.Position.HasValue);
            if (channel.Position is { } position)
            {
                Write(position);
            }
        }

        Write(log.Runs.Count);
        foreach (var run in log.Runs)
        {
            WriteOptional(run.Channel);
            Write(run.Epoch);
            Write(run.From);
            Write(run.To);
        }
    }

    public void Write(Revocation revocation)
    {
        Write((int)revocation.Kind);
        Write(revocation.Name);
        Write(revocation.Before);
        Write(revocation.Until);
        Write(revocation.Changed);
    }

    public void Write(DisconnectOrder order)
    {
        WriteOptional(order.User);
        WriteOptional(order.Session);
        WriteOptional(order.TokenId);
        WriteOptional(order.Connection);
        Write(order.Before.HasValue);
        if (order.Before is { } before)
        {
            Write(before);
        }

        Write((int)order.Kind);
        Write(order.Reason);
    }

    public void WriteJoin(string channel, RelayId relay, long joinNumber)
    {
        Write(channel);
        Write(relay.Value);
        Write(joinNumber);
    }

    // Does not repeat the channel, which every message contains once at its start.
    public void Write(Notification notification)
    {
        Write(notification.Position);
        Write(notification.Id);
        Write(notification.At);
        Write(notification.Payload);
    }

    public void Write(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes);
        Write(bytes);
    }
}
