using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Protocol.JsonWebSocket;
using Notify.Server.Access;

namespace Notify.Server.JsonWebSocket;

/// <summary>Creates the response to a <c>join</c>: <c>joined</c> or <c>error</c>.</summary>
/// <param name="channel">The channel.</param>
/// <param name="id">The client's id for the request.</param>
internal sealed class JsonWebSocketJoinReply(string channel, ReadOnlyMemory<byte> id) : JoinReply
{
    /// <summary>Gets or sets whether the rules of access refuse the join, rather than the broker.</summary>
    public bool IsRefusedByRules { get; set; }

    /// <summary>Gets or sets the error with which the join would be refused if the rules were enforced; null for none.</summary>
    public string? WouldRefuse { get; set; }

    public override void Joined(ISubscriber subscriber, Position position, bool recovered) =>
        subscriber.Write(JsonWebSocketMessages.Joined(channel, position.Epoch, position.Offset, recovered, id, WouldRefuse));

    public override void Failed(ISubscriber subscriber, string error)
    {
        if (IsRefusedByRules)
        {
            var refusal = new JsonWebSocketError(error, AccessSentences.OfJoin(error, channel), id);
            subscriber.Write(JsonWebSocketMessages.Error(refusal, channel));
            return;
        }

        // A client without request ids does not wait for a response. The session ends, and the client joins again when it reconnects.
        if (error == JoinErrors.Unavailable && id.IsEmpty)
        {
            subscriber.End(EndReason.Unavailable);
            return;
        }

        subscriber.Write(JsonWebSocketMessages.Error(new JsonWebSocketError(error, Sentence(error), id)));
    }

    private string Sentence(string error) => error switch
    {
        JoinErrors.Unavailable => $"channel \"{channel}\" could not be reached in time; join it again in a moment",
        JoinErrors.Forbidden => $"channel \"{channel}\" belongs to another connection",
        JoinErrors.Left => $"channel \"{channel}\" was left before it was joined",
        JoinErrors.NotInbox => $"channel \"{channel}\" is not an inbox; see NOTIFY_INBOX",
        JoinErrors.BadChannel => $"a channel's name is at most {ChannelName.MaxBytes} bytes of UTF-8",
        JoinErrors.Limit => $"this connection has joined as many channels as one may; \"{channel}\" is not joined",
        _ => $"channel \"{channel}\" is not joined",
    };
}
