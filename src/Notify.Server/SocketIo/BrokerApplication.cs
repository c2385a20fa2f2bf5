using System.Text.Json;
using Akka.Actor;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Inboxes;
using Notify.Broker.Recovery;
using Notify.Broker.Revocations;
using Notify.Protocol.SocketIo;
using Notify.Server.Access;
using Notify.Server.EngineIo;
using Notify.Server.Inboxes;
using Notify.Server.Limits;
using Notify.Server.Sessions;

namespace Notify.Server.SocketIo;

/// <summary>
/// Implements the events of socket.io-notify for one client: join, leave, and notifications to its own id. A wrong key is silent, as in the
/// original server: the client stays connected, and its joins are ignored.
/// </summary>
/// <param name="queryKey">The key in the connection's query, or null when there is not exactly one.</param>
/// <param name="key">Checks the key for joins.</param>
/// <param name="sockets">The sockets of this node.</param>
/// <param name="limits">How many channels the client may join or leave.</param>
/// <param name="joinLog">Logs the joins.</param>
internal sealed class BrokerApplication(string? queryKey, KeyCheck key, SocketDirectory sockets, JoinLimits limits, JoinLog joinLog)
    : ISocketIoApplication
{
    private const int MaxCommandsUnderWay = 64;

    private readonly CommandGate _gate = new(MaxCommandsUnderWay);
    private SocketAccess? _access;

    // Most clients mark nothing.
    private SocketMarks? _marks;
    private bool _mayJoin;
    private TokenBucket _joins;

    public string? User => _access?.Access.Identity?.User;

    public ConnectionFacts? Describe() => _access?.Access.Describe();

    /// <summary>Applies the rules of access to the client.</summary>
    public BrokerApplication With(EngineSession session, ConnectionAccess? access)
    {
        _access = access is null ? null : new SocketAccess(session, access, _gate);
        return this;
    }

    public bool HasNamespace(string name) => name == "/";

    public bool Knows(JsonElement? auth) => key.Allows(queryKey) || (auth is { } given && key.Allows(KeyOf(given)));

    public ValueTask<Identification> IdentifyAsync(EngineSession session, JsonElement? auth) =>
        _access?.IdentifyAsync(auth) ?? new(Identification.Nobody);

    public bool TryEnter(EngineSession session, ConnectionIdentity? identity) => _access?.TryEnter(identity) ?? true;

    public ValueTask<bool> MayContinueAsync(RecoverableSession former, IReadOnlyCollection<string> channels) =>
        _access?.Access.MayContinueAsync(former.Owner, channels) ?? new(true);

    public void OnWake(EngineSession session, long now) => _access?.OnWake(now);

    public void OnClose() => _access?.OnDisconnect();

    public bool MayResume(EngineSession session, IReadOnlyCollection<string> channels, bool isKnown)
    {
        // These joins count like any other, although the server makes them for the client.
        session.ThrottleReads(_joins.Consume(limits.Rate, channels.Count, session.Now), "joins");
        return isKnown;
    }

    public void OnConnect(SocketIoSocket socket, JsonElement? auth, bool isKnown)
    {
        _mayJoin = isKnown;
        _access?.OnConnect(socket);
        sockets.Add(socket.Id, socket.Session.SendQueue, FormatOf(socket));
    }

    public Action<SocketIoSocket>? Read(SocketPacket packet)
    {
        var act = packet.EventName switch
        {
            "join" => ReadJoin(packet),
            "leave" => ReadLeave(packet),
            SocketMarks.Name => (_marks ??= new SocketMarks(limits, _gate)).Read(packet, RefuseMark),
            _ when _access?.Handles(packet) == true => _access.ReadAuth(packet),

            // The original server ignores other events.
            _ => null,
        };
        return act is null || _access is null ? act : socket => _access.Run(socket, act);
    }

    public void OnDisconnect(SocketIoSocket socket)
    {
        sockets.Remove(socket.Id);
        _access?.OnDisconnect();
        socket.Session.Connection.Tell(ConnectionCommands.LeaveAll.Instance);
    }

    public bool TryDisconnect(EngineSession session, SocketIoSocket? socket, DisconnectKind kind, string reason)
    {
        SocketEnds.Disconnect(session, socket, kind, reason);
        return true;
    }

    public Task ReadyAsync() => _access?.ReadyAsync() ?? _gate.WaitAsync();

    private string? RefuseMark(string channel, IReadOnlyList<InboxMarkRequest> marks) =>
        _mayJoin ? limits.RefuseMark(channel, marks, _access?.Access) : JoinErrors.Forbidden;

    private static WireFormat FormatOf(SocketIoSocket socket) =>
        socket.Recoverable is null ? NotificationFormat.Instance : RecoverableFormat.Instance;

    private static string? KeyOf(JsonElement auth) =>
        auth.ValueKind == JsonValueKind.Object
        && auth.TryGetProperty("notificationKey", out var given)
        && given.ValueKind == JsonValueKind.String
            ? given.GetString()
            : null;

    private void Charge(SocketIoSocket socket, int names) =>
        socket.Session.ThrottleReads(_joins.Consume(limits.Rate, names, socket.Session.Now), "joins");

    private Action<SocketIoSocket> ReadJoin(SocketPacket packet)
    {
        var arguments = ChannelArguments.Read(packet, limits.Most);
        var id = packet.AckId;
        if (arguments.Names is not { } names)
        {
            return socket => Refuse(socket, id, arguments.Count);
        }

        var options = JoinOptions.Read(arguments.Options, names, arguments.IsArray);
        var (wantsInbox, follow) = (JoinOptions.WantsInbox(arguments.Options), JoinOptions.Follow(arguments.Options));
        var targets = new JoinTarget[names.Count];
        for (var i = 0; i < targets.Length; i++)
        {
            var isReadable = options.TryFind(names[i], out var since);
            targets[i] = new JoinTarget(ChannelName.TryCreate(names[i], out var name) ? name : null, since, isReadable, wantsInbox, follow);
        }

        var (isArray, hasOptions) = (arguments.IsArray, arguments.Options is not null);
        return socket =>
        {
            var ack = id is { } given ? new JoinAck(socket.Namespace, given, isArray ? targets.Length : null) : null;
            Join(socket, targets, ack, hasOptions);
        };
    }

    private void Join(SocketIoSocket socket, JoinTarget[] targets, JoinAck? ack, bool hasOptions)
    {
        // All targets of a join have the same options.
        Charge(socket, targets.Length + (targets is [{ Follow.Count: var follow }, ..] ? follow : 0));
        for (var i = 0; i < targets.Length; i++)
        {
            Join(socket, targets[i], hasOptions, ack?.For(i));
        }

        ack?.AnswerIfEmpty(socket.Session.SendQueue);
    }

    private void Join(SocketIoSocket socket, in JoinTarget target, bool hasOptions, JoinAck.ChannelReply? ack)
    {
        var reply = joinLog.Follow(socket.Id, target.Name, ack, target.Since is not null);
        if (target.Name is not { } name)
        {
            reply?.Failed(socket.Session.SendQueue, JoinErrors.BadChannel);
        }
        else if (!_mayJoin)
        {
            reply?.Failed(socket.Session.SendQueue, JoinErrors.Forbidden);
        }
        else if (SocketIds.IsSocketId(name))
        {
            JoinOwnRoom(socket, name, reply);
        }
        else if (!target.IsSinceReadable)
        {
            reply?.Failed(socket.Session.SendQueue, JoinErrors.BadSince);
        }
        else if (target.WantsInbox && InboxRights.Refuse(name, limits.KindOf(name), _access?.Access) is { } error)
        {
            reply?.Failed(socket.Session.SendQueue, error);
        }
        else if (_access is null)
        {
            Join(socket, name, target, hasOptions, reply);
        }
        else
        {
            Settle(socket, _access.Access.Judge(name), target, hasOptions, ack, reply);
        }
    }

    private void Join(SocketIoSocket socket, string name, in JoinTarget target, bool hasOptions, JoinReply? reply)
    {
        var format = hasOptions ? PositionedFormat.Instance : FormatOf(socket);
        _gate.Enter();
        reply = Log(socket, name, hasOptions, reply);
        socket.Session.Connection.Tell(new ConnectionCommands.Join(name, format, reply, _gate, target.Since, target.WantsInbox));
        limits.Follow(name, target.WantsInbox, _access?.Access, target.Follow);
    }

    private void Settle(
        SocketIoSocket socket, JoinPermit permit, JoinTarget target, bool hasOptions, JoinAck.ChannelReply? ack, JoinReply? reply)
    {
        if (permit.Pending is { } decision)
        {
            // The other joins of the client do not wait for the backend.
            _gate.Enter();
            _ = AskAsync(socket, decision, target, hasOptions, ack, reply);
        }
        else if (permit.Error is not { } error)
        {
            if (ack is not null)
            {
                ack.WouldRefuse = permit.WouldRefuse;
            }

            Join(socket, target.Name!, target, hasOptions, reply);
        }
        else if (ack is not null)
        {
            reply!.Failed(socket.Session.SendQueue, error);
        }
        else
        {
            joinLog.Refused(socket.Session.SendQueue, socket.Id, target.Name!, error);
            SocketAccess.ReportRefusal(socket, target.Name!, error);
        }
    }

    private async Task AskAsync(
        SocketIoSocket socket,
        AccessDecision decision,
        JoinTarget target,
        bool hasOptions,
        JoinAck.ChannelReply? ack,
        JoinReply? reply)
    {
        var permit = await _access!.Access.AskAsync(target.Name!, decision);
        socket.Session.Run(() => Settle(socket, permit, target, hasOptions, ack, reply));
        _gate.Leave();
    }

    // One response to the whole request, because a response for each channel would be several times as long as the request.
    private void Refuse(SocketIoSocket socket, ulong? id, int names)
    {
        Charge(socket, names);
        limits.Refused();
        var ack = id is { } given ? new JoinAck(socket.Namespace, given, count: null).For(0) : null;
        joinLog.Follow(socket.Id, channel: null, ack, hasPosition: false).Failed(socket.Session.SendQueue, JoinErrors.Limit);
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

    // A socket is in its own room from the start, and may join it again; no other client may.
    private void JoinOwnRoom(SocketIoSocket socket, string name, JoinReply? reply)
    {
        if (name == socket.Id)
        {
            sockets.Add(socket.Id, socket.Session.SendQueue, FormatOf(socket));
            reply?.Joined(socket.Session.SendQueue, new Position("", 0), recovered: false);
        }
        else
        {
            reply?.Failed(socket.Session.SendQueue, JoinErrors.Forbidden);
        }
    }

    private Action<SocketIoSocket> ReadLeave(SocketPacket packet)
    {
        var arguments = ChannelArguments.Read(packet, limits.Most);
        var id = packet.AckId;
        if (arguments.Names is not { } texts)
        {
            return socket => Refuse(socket, id, arguments.Count);
        }

        var names = texts.Select(text => ChannelName.TryCreate(text, out var name) ? name : null).ToArray();
        return socket => Leave(socket, _mayJoin ? names : [], id);
    }

    private void Leave(SocketIoSocket socket, string?[] names, ulong? id)
    {
        Charge(socket, names.Length);
        var ack = id is { } given ? new LeaveAck(socket, given, names.Length) : null;
        foreach (var name in names)
        {
            if (name is not null && name != socket.Id)
            {
                _access?.Access.Forget(name);
                Send(socket, socket.Recoverable?.Log.Leave(name));
                _gate.Enter();
                socket.Session.Connection.Tell(new ConnectionCommands.Leave(name, ack is null ? null : ack.Left, _gate));
                continue;
            }

            if (name is not null)
            {
                sockets.Remove(socket.Id);
            }

            ack?.Left();
        }

        ack?.Left();
    }
}
