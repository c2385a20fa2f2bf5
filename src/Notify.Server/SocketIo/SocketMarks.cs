using System.Runtime.InteropServices;
using System.Text.Json;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Inboxes;
using Notify.Protocol.JavaScript;
using Notify.Protocol.SocketIo;
using Notify.Server.Inboxes;

namespace Notify.Server.SocketIo;

/// <summary>
/// Implements the event <c>mark</c> of one Socket.IO client: a channel and an object with the marks. The ack has the numbers or an error;
/// without an ack, an error is the event <c>REFUSED</c>.
/// </summary>
/// <param name="limits">The limits of the client.</param>
/// <param name="gate">Limits the commands under way.</param>
internal sealed class SocketMarks(JoinLimits limits, CommandGate gate)
{
    /// <summary>The name of the event.</summary>
    public const string Name = "mark";

    private readonly ConnectionMarks _marks = new(limits.Inboxes, gate);

    /// <summary>Parses the event, outside the turns of the session.</summary>
    /// <param name="packet">The event.</param>
    /// <param name="access">Returns the error of a client that may not mark items of a channel.</param>
    public Action<SocketIoSocket> Read(SocketPacket packet, Func<string, IReadOnlyList<InboxMarkRequest>, string?> access)
    {
        var id = packet.AckId;
        var arguments = packet.GetArguments();
        var isValid = ChannelName.TryCreate(arguments is [var first, ..] ? JsString.From(first) : "", out var channel);
        var reader = new MarkReader { TakesAnnouncements = true };
        var refusal = Refuse(arguments, channel);
        var marks = refusal is null ? reader.Read(arguments[1]) : [];
        if (reader.Problem is { } problem)
        {
            refusal = new MarkAnswer(channel, MarkAnswer.BadMark, problem);
        }

        return socket =>
        {
            socket.Session.ThrottleReads(_marks.Charge(limits.MarkRate, socket.Session.Now), "marks");
            refusal ??= access(isValid ? channel : "", marks) is { } error ? MarkAnswer.Refused(channel, error) : null;
            if (refusal is null)
            {
                _marks.Add(channel, marks, answer => Answer(socket, id, answer));
            }
            else
            {
                _marks.CountRefused(refusal.Error!);
                Answer(socket, id, refusal);
            }
        };
    }

    private static MarkAnswer? Refuse(JsonElement[] arguments, string channel) =>
        arguments is not [_, { ValueKind: JsonValueKind.Object } given, ..]
            ? new MarkAnswer(channel, MarkAnswer.BadMark, "The second argument is not an object with the marks.")
        : JsonMarshal.GetRawUtf8Value(given).Length > ConnectionMarks.MaxBytes
            ? new MarkAnswer(channel, JoinErrors.Limit, $"The marks are longer than {ConnectionMarks.MaxBytes} bytes.")
        : null;

    private static void Answer(SocketIoSocket socket, ulong? id, MarkAnswer answer)
    {
        if (id is { } given)
        {
            socket.Send(SocketEvents.Ack(socket, given, json => answer.Write(json, "error")));
        }
        else if (answer.Error is not null)
        {
            socket.Send(SocketEvents.Event(socket, SocketEvents.Refused, json => answer.Write(json, "error")));
        }
    }
}
