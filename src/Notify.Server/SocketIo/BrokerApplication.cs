using System.Text.Json;
using Akka.Actor;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Recovery;
using Notify.Protocol.JavaScript;
using Notify.Protocol.SocketIo;
using Notify.Server.EngineIo;
using Notify.Server.Limits;

namespace Notify.Server.SocketIo;

/// <summary>
/// What one client of socket.io-notify may do: join, leave, and be reached by its own id. A wrong key is silent, as in the original: the
/// client is connected and its joins are ignored.
/// </summary>
/// <param name="queryKey">The key of the connection's query, or null when there is not exactly one.</param>
/// <param name="key">The key that lets a client join.</param>
/// <param name="sockets">The sockets of this node.</param>
/// <param name="joinRate">How many channels the client may join or leave; past it, it is read from later.</param>
internal sealed class BrokerApplication(string? queryKey, KeyCheck key, SocketDirectory sockets, TokenRate joinRate) : ISocketIoApplication
{
    private const int MaxCommandsUnderWay = 64;

    private readonly CommandGate _gate = new(MaxCommandsUnderWay);
    private bool _mayJoin;
    private TokenBucket _joins;

    public bool HasNamespace(string name) => name == "/";

    public bool MayResume(EngineSession session, IReadOnlyCollection<string> channels, JsonElement? auth)
    {
        // Joins like any other, only that the server says them.
        session.Hold(_joins.Take(joinRate, channels.Count, MonotonicClock.Now), "joins");
        return IsKnown(auth);
    }

    public void OnConnect(SocketIoSocket socket, JsonElement? auth)
    {
        _mayJoin = IsKnown(auth);
        sockets.Add(socket.Id, socket.Session.Outbox, FormatOf(socket));
    }

    public void OnEvent(SocketIoSocket socket, SocketPacket packet)
    {
        switch (packet.EventName)
        {
            case "join":
                Join(socket, packet);
                break;
            case "leave":
                Leave(socket, packet);
                break;
            default:
                // The original knows no other event, and says nothing to it.
                break;
        }
    }

    public void OnDisconnect(SocketIoSocket socket)
    {
        sockets.Remove(socket.Id);
        socket.Session.Connection.Tell(ConnectionCommands.LeaveAll.Instance);
    }

    public Task ReadyAsync() => _gate.WaitAsync();

    private static WireFormat FormatOf(SocketIoSocket socket) => socket.Recoverable is null ? NotificationFormat.Instance : RecoverableFormat.Instance;

    private static string? KeyOf(JsonElement auth) =>
        auth.ValueKind == JsonValueKind.Object && auth.TryGetProperty("notificationKey", out var given) && given.ValueKind == JsonValueKind.String
            ? given.GetString()
            : null;

    private bool IsKnown(JsonElement? auth) => key.Allows(queryKey) || (auth is { } given && key.Allows(KeyOf(given)));

    private void Charge(SocketIoSocket socket, int names) => socket.Session.Hold(_joins.Take(joinRate, names, MonotonicClock.Now), "joins");

    private void Join(SocketIoSocket socket, SocketPacket packet)
    {
        var arguments = packet.GetArguments();
        var isArray = arguments is [{ ValueKind: JsonValueKind.Array }, ..];
        var names = Names(arguments, isArray);
        Charge(socket, names.Count);
        var options = arguments is [_, { ValueKind: JsonValueKind.Object } given, ..] ? given : (JsonElement?)null;
        var ack = packet.AckId is { } id ? new JoinAck(socket.Namespace, id, isArray ? names.Count : null) : null;
        for (var i = 0; i < names.Count; i++)
        {
            Join(socket, names[i], options, isArray, ack?.For(i));
        }

        ack?.AnswerIfEmpty(socket.Session.Outbox);
    }

    private void Join(SocketIoSocket socket, string text, JsonElement? options, bool isArray, JoinReply? reply)
    {
        if (!ChannelName.TryCreate(text, out var name))
        {
            reply?.Failed(socket.Session.Outbox, JoinErrors.BadChannel);
        }
        else if (!_mayJoin)
        {
            reply?.Failed(socket.Session.Outbox, JoinErrors.Forbidden);
        }
        else if (SocketIds.IsSocketId(name))
        {
            JoinOwnRoom(socket, name, reply);
        }
        else if (!JoinOptions.TryReadSince(options, isArray ? text : null, out var since))
        {
            reply?.Failed(socket.Session.Outbox, JoinErrors.BadSince);
        }
        else
        {
            var format = options is null ? FormatOf(socket) : PositionedFormat.Instance;
            _gate.Enter();
            socket.Session.Connection.Tell(new ConnectionCommands.Join(name, format, Log(socket, name, options is not null, reply), _gate, since));
        }
    }

    private static JoinReply? Log(SocketIoSocket socket, string name, bool hasPositions, JoinReply? reply)
    {
        if (socket.Recoverable is not { Log: var log } || log.Join(name, hasPositions, out var mark) is not { } joined)
        {
            return reply;
        }

        Send(socket, mark);
        return new LoggedReply(log, name, joined, reply);
    }

    private static void Send(SocketIoSocket socket, PositionMark? mark)
    {
        if (mark is not null)
        {
            socket.Send(mark);
        }
    }

    // A socket is in its own room from the start, and may come back to it; nobody else may listen there.
    private void JoinOwnRoom(SocketIoSocket socket, string name, JoinReply? reply)
    {
        if (name == socket.Id)
        {
            sockets.Add(socket.Id, socket.Session.Outbox, FormatOf(socket));
            reply?.Joined(socket.Session.Outbox, new Position("", 0), recovered: false);
        }
        else
        {
            reply?.Failed(socket.Session.Outbox, JoinErrors.Forbidden);
        }
    }

    private void Leave(SocketIoSocket socket, SocketPacket packet)
    {
        var arguments = packet.GetArguments();
        var names = _mayJoin ? Names(arguments, arguments is [{ ValueKind: JsonValueKind.Array }, ..]) : [];
        Charge(socket, names.Count);
        var ack = packet.AckId is { } id ? new LeaveAck(socket, id, names.Count) : null;
        foreach (var text in names)
        {
            if (text != socket.Id && ChannelName.TryCreate(text, out var name))
            {
                Send(socket, socket.Recoverable?.Log.Leave(name));
                _gate.Enter();
                socket.Session.Connection.Tell(new ConnectionCommands.Leave(name, ack is null ? null : ack.Left, _gate));
                continue;
            }

            if (text == socket.Id)
            {
                sockets.Remove(socket.Id);
            }

            ack?.Left();
        }

        ack?.Left();
    }

    // Each element of an array is a channel of its own: nobody who joins ["x","y"] wants the one room "x,y" that the original made of it.
    private static List<string> Names(JsonElement[] arguments, bool isArray)
    {
        if (arguments.Length == 0)
        {
            return ["undefined"];
        }

        return isArray ? [.. arguments[0].EnumerateArray().Select(JsString.From)] : [JsString.From(arguments[0])];
    }
}
