using System.Text.Json;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Inboxes;
using Notify.Protocol.JsonWebSocket;
using Notify.Server.Inboxes;

namespace Notify.Server.JsonWebSocket;

/// <summary>Marks items for one JSON WebSocket, and answers <c>marked</c> or <c>error</c>.</summary>
/// <param name="session">The session.</param>
/// <param name="inboxes">The inboxes.</param>
/// <param name="gate">Limits the commands under way.</param>
internal sealed class JsonWebSocketMarks(JsonWebSocketSession session, InboxQueries inboxes, CommandGate gate)
{
    private readonly ConnectionMarks _marks = new(inboxes, gate);

    /// <summary>Gets the requests of the connection.</summary>
    public ConnectionMarks Requests => _marks;

    /// <summary>Marks items.</summary>
    /// <param name="request">The request.</param>
    /// <param name="refuse">Returns the error of a client that may not make these marks.</param>
    public void Mark(JsonWebSocketCommand.Mark request, Func<string, IReadOnlyList<InboxMarkRequest>, string?> refuse)
    {
        using var message = JsonDocument.Parse(request.Message);
        var reader = new MarkReader { TakesAnnouncements = true };
        var marks = reader.Read(message.RootElement);
        if (reader.Problem is { } problem)
        {
            _marks.CountRefused(MarkAnswer.BadMark);
            session.Refuse(new JsonWebSocketError(MarkAnswer.BadMark, problem, request.Id));
            return;
        }

        // A name that is too long is not that of an inbox.
        var isValid = ChannelName.TryCreate(request.Channel, out var channel);
        if (refuse(isValid ? channel : "", marks) is { } error)
        {
            _marks.CountRefused(error);
            Answer(MarkAnswer.Refused(channel, error), request.Id);
            return;
        }

        var id = request.Id;
        _marks.Add(channel, marks, answer => Answer(answer, id));
    }

    private void Answer(MarkAnswer answer, ReadOnlyMemory<byte> id) => session.SendQueue.Write(answer.Error is null
        ? JsonWebSocketMessages.Marked(json => answer.Write(json, "code"), id)
        : JsonWebSocketMessages.Error(json => answer.Write(json, "code"), id));
}
