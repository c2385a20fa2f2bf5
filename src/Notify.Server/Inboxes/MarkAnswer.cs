using System.Text.Json;
using Notify.Broker.Connections;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;

namespace Notify.Server.Inboxes;

/// <summary>Represents what a client is told about its marks: that they are stored, or why they are not.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Error">The reason, for programs; null when the marks are stored.</param>
/// <param name="Message">The reason, for people; empty when the marks are stored.</param>
/// <param name="Marked">The answer of the inbox; null without one.</param>
internal sealed record MarkAnswer(string Channel, string? Error, string Message, InboxMarked? Marked = null)
{
    /// <summary>The marks cannot be read.</summary>
    public const string BadMark = "bad_mark";

    /// <summary>The epoch of the request is not that of the inbox.</summary>
    public const string StaleEpoch = "stale_epoch";

    /// <summary>Returns what an answer of the inbox means.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="marked">The answer; null when there was none in time.</param>
    public static MarkAnswer Of(string channel, InboxMarked? marked) => marked?.Outcome switch
    {
        InboxMarkOutcome.Marked => new(channel, null, "", marked),
        InboxMarkOutcome.NotInbox => Refused(marked.Channel, JoinErrors.NotInbox),
        InboxMarkOutcome.StaleEpoch => new(
            channel,
            StaleEpoch,
            $"The epoch is not the one of {marked.Channel}, {marked.Head.Epoch}: its offsets name other notifications. "
                + "Read the inbox again.",
            marked),
        InboxMarkOutcome.Limit => new(
            channel,
            JoinErrors.Limit,
            $"The marks of the inbox would need more than {InboxFormat.MaxBytes} bytes; mark consecutive items."),
        _ => Refused(channel, JoinErrors.Unavailable),
    };

    /// <summary>Returns the refusal of a request that does not reach an inbox.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="error">The reason: one of <see cref="JoinErrors"/>.</param>
    public static MarkAnswer Refused(string channel, string error) => new(channel, error, error switch
    {
        JoinErrors.NotInbox => $"{channel} is not an inbox: NOTIFY_INBOX does not match it.",
        JoinErrors.Forbidden => $"{channel} is not the inbox of this client.",
        _ => "The inbox does not answer now; ask again in a moment.",
    });

    /// <summary>Writes the members of the answer to a client that is connected.</summary>
    /// <param name="json">The writer.</param>
    /// <param name="nameOfError">The name of the member with the code of the error.</param>
    public void Write(Utf8JsonWriter json, string nameOfError)
    {
        if (Error is null)
        {
            InboxJson.WriteMarked(json, Marked!);
            return;
        }

        json.WriteString(nameOfError, Error);
        json.WriteString("channel"u8, Channel);
        json.WriteString("message"u8, Message);
        if (Marked is not null)
        {
            json.WriteString("epoch"u8, Marked.Head.Epoch);
            json.WriteNumber("offset"u8, Marked.Head.Offset);
            json.WriteNumber("rev"u8, Marked.Revision);
        }
    }
}
