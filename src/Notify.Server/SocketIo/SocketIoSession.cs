using System.Text.Json;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Broker.Recovery;
using Notify.Broker.Revocations;
using Notify.Protocol.EngineIo;
using Notify.Protocol.SocketIo;
using Notify.Protocol.Tokens;
using Notify.Server.Access;
using Notify.Server.EngineIo;
using Notify.Server.Sessions;

namespace Notify.Server.SocketIo;

/// <summary>
/// Implements Socket.IO on one Engine.IO session: its namespaces and the handling of its packets. Protocol errors end the session, as in
/// the reference implementation 4.8.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="application">Handles the events.</param>
/// <param name="ids">Creates the ids of revision 5 sockets. Sockets of earlier revisions have the id of their session.</param>
/// <param name="connectTimeout">How long a revision 5 client may take to connect a namespace.</param>
/// <param name="recovery">Recovers the sessions of revision 5 clients; null when recovery is disabled.</param>
/// <param name="isRecoverable">Whether the session can be recovered without a request in the connect packet.</param>
public sealed class SocketIoSession(
    EngineSession session,
    ISocketIoApplication application,
    SocketIds ids,
    TimeSpan connectTimeout,
    SocketRecovery? recovery = null,
    bool isRecoverable = false)
    : IEngineHandler
{
    private const string DefaultNamespace = "/";
    private const string InvalidNamespace = "Invalid namespace";

    private readonly SocketRevision _revision = session.Revision == EngineRevision.V3 ? SocketRevision.V4 : SocketRevision.V5;

    // Nearly every session has one socket, for which a dictionary is four times the size.
    private readonly List<SocketIoSocket> _sockets = new(1);
    private SocketPacketDecoder? _decoder;
    private SocketResumption? _resumption;
    private bool _isIdentifying;
    private int _refusals;

    /// <inheritdoc />
    public void OnOpen()
    {
        if (_revision == SocketRevision.V4)
        {
            var isKnown = application.Knows(auth: null);
            var identification = application.IdentifyAsync(session, auth: null);
            Identify(new ConnectRequest(DefaultNamespace, Refusal: null, Auth: null, isKnown, identification, Claim: null));
        }
        else
        {
            session.ExpectWithin(connectTimeout);
        }
    }

    /// <inheritdoc />
    public Action? Read(in EnginePacket message)
    {
        // A decoder is only kept between a packet and its attachments, which few clients send.
        var decoder = _decoder ?? new SocketPacketDecoder(_revision, session.MaxPayload);
        var error = decoder.Decode(message, out var packet);
        _decoder = decoder.IsWaiting ? decoder : null;
        return error != SocketDecodeError.None ? session.Close : packet is null ? null : Read(packet);
    }

    /// <inheritdoc />
    public void OnClose(EngineCloseReason reason)
    {
        foreach (var socket in _sockets)
        {
            application.OnDisconnect(socket);

            // From here on another connection may recover it.
            Drop(socket.Recoverable, reason);
        }

        _sockets.Clear();
        _resumption?.Abandon();
        application.OnClose();
    }

    /// <inheritdoc />
    public void OnWake(long now) => application.OnWake(session, now);

    /// <inheritdoc />
    public bool TryDisconnect(string id, DisconnectKind kind, string reason)
    {
        SocketIoSocket? first = _sockets.Count > 0 ? _sockets[0] : null;
        return (id == first?.Id || id == session.Id) && application.TryDisconnect(session, first, kind, reason);
    }

    /// <inheritdoc />
    public ConnectionFacts Describe() => application.Describe() ?? new(_sockets.Count > 0 ? _sockets[0].Id : null);

    /// <inheritdoc />
    public Task ReadyAsync() => application.ReadyAsync();

    private Action? Read(SocketPacket packet)
    {
        switch (packet.Type)
        {
            case SocketPacketType.Connect:
                var request = ReadConnect(packet);
                return () => Receive(request);
            case SocketPacketType.Event or SocketPacketType.BinaryEvent:
                var (ns, act) = (packet.Namespace, application.Read(packet));
                return () => Receive(ns, act);
            case SocketPacketType.Ack or SocketPacketType.BinaryAck:
                // The server never requests acks.
                ns = packet.Namespace;
                return () => Receive(ns, act: null);
            case SocketPacketType.Disconnect:
                ns = packet.Namespace;
                return () => Leave(ns);
            default:
                return session.Close;
        }
    }

    private ConnectRequest ReadConnect(SocketPacket packet)
    {
        var ns = packet.Namespace;
        var refusal = application.HasNamespace(ns) ? null
            : _revision == SocketRevision.V4 ? SocketMessages.ConnectErrorV4(ns, InvalidNamespace)
            : SocketMessages.ConnectErrorV5(ns, InvalidNamespace);
        var isKnown = refusal is null && application.Knows(packet.Data);
        var identification = refusal is null ? application.IdentifyAsync(session, packet.Data) : new(Identification.Nobody);
        return new ConnectRequest(ns, refusal, packet.Data, isKnown, identification, refusal is null ? ReadClaim(packet) : null);
    }

    // A client that does not request recovery may not tolerate a second argument of an event.
    private RecoveryClaim? ReadClaim(SocketPacket packet)
    {
        if (recovery is null || _revision != SocketRevision.V5 || packet.Namespace != DefaultNamespace)
        {
            return null;
        }

        var claim = RecoveryClaim.Read(packet.Data);
        return isRecoverable || claim.IsAsking ? claim : null;
    }

    private void CloseForProtocol()
    {
        session.ApplicationEnd = ConnectionEnds.ProtocolError;
        session.Close();
    }

    private SocketIoSocket? Find(string ns) => _sockets.Find(entered => entered.Namespace == ns);

    private void Receive(ConnectRequest request)
    {
        if (Find(request.Namespace) is null && _resumption is null && !_isIdentifying)
        {
            Identify(request);
        }
        else if (_revision != SocketRevision.V4 || request.Namespace != DefaultNamespace)
        {
            CloseForProtocol();
        }

        // Otherwise a 1.x or 2.x client requests the namespace to which it is already connected, which is allowed.
    }

    private void Receive(string ns, Action<SocketIoSocket>? act)
    {
        if (Find(ns) is { } socket)
        {
            act?.Invoke(socket);
        }
        else
        {
            CloseForProtocol();
        }
    }

    private void Leave(string ns)
    {
        if (Find(ns) is not { } socket)
        {
            CloseForProtocol();
            return;
        }

        _sockets.Remove(socket);
        application.OnDisconnect(socket);

        // A client that leaves on purpose does not recover its session, as in the reference implementation.
        if (socket.Recoverable is { } left)
        {
            recovery!.Sessions.Forget(left);
        }
    }

    private void Identify(ConnectRequest request)
    {
        if (request.Identification is { IsCompletedSuccessfully: true } known)
        {
            Admit(request, known.Result);
            return;
        }

        _isIdentifying = true;
        _ = IdentifyAsync(request);
    }

    private async Task IdentifyAsync(ConnectRequest request)
    {
        var identification = await request.Identification;
        session.Run(() =>
        {
            _isIdentifying = false;
            Admit(request, identification);
        });
    }

    private void Admit(ConnectRequest request, Identification identification)
    {
        if (request.Refusal is not null)
        {
            session.Send(request.Refusal);
        }
        else if (identification.Error is { } code)
        {
            Refuse(request.Namespace, code);
        }
        else if (application.TryEnter(session, identification.Identity))
        {
            // A client that knows its id may be sent something at once, so it learns the id when its room exists.
            session.SendQueue.Hold();
            Enter(request);
            session.SendQueue.ReleaseHeld();
        }
        else
        {
            // The client comes back after a while, when the user may have fewer connections.
            session.ApplicationEnd = ConnectionEnds.Limit;
            session.Interrupt();
        }
    }

    // The connection stays open for a moment, because the client may show another token on it.
    private void Refuse(string ns, string code)
    {
        if (code == TokenCodes.Unavailable)
        {
            session.Interrupt();
            return;
        }

        if (++_refusals >= ConnectionAccess.MaxRefusedTokens)
        {
            session.ApplicationEnd = ConnectionEnds.Limit;
            session.Close();
            return;
        }

        var message = TokenCodes.Sentence(code);
        session.Send(_revision == SocketRevision.V4
            ? SocketMessages.RefusalV4(ns, code, message)
            : SocketMessages.RefusalV5(ns, code, message));
        session.ExpectWithin(connectTimeout);
    }

    private void Enter(ConnectRequest request)
    {
        if (request.Claim is not { } claim)
        {
            Connect(request.Namespace, request.Auth, request.IsKnown);
        }
        else if (claim.PrivateId is { } privateId)
        {
            _resumption = new SocketResumption(recovery!, session);

            // Not in this turn of the connection, because the session may have to be taken from another connection, which has turns of its
            // own.
            _ = Task.Run(() => ResumeAsync(_resumption, privateId, claim.Last, request));
        }
        else
        {
            Begin(request, claim.Last);
        }
    }

    private void Connect(string ns, JsonElement? auth, bool isKnown)
    {
        session.ExpectNothing();
        SocketIoSocket socket;
        if (_revision == SocketRevision.V4)
        {
            socket = new SocketIoSocket(session, ns == DefaultNamespace ? session.Id : ns + "#" + session.Id, ns);
            session.Send(SocketMessages.ConnectV4(ns));
        }
        else
        {
            socket = new SocketIoSocket(session, ids.Next(), ns);
            session.Send(SocketMessages.ConnectV5(ns, socket.Id));
        }

        _sockets.Add(socket);
        application.OnConnect(socket, auth, isKnown);
    }

    // Begins a new session, which can be recovered later.
    private void Begin(ConnectRequest request, LastReceived last)
    {
        var recoverable = recovery!.Create();
        recoverable.Owner = SessionOwner.Of(application.User);
        recovery.Sessions.Add(recoverable, session.Address.Value, session.Close);
        session.SendQueue.Use(new RecoveryInterceptor(recoverable.Log));
        session.Send(SocketMessages.ConnectV5(DefaultNamespace, recoverable.SocketId, recoverable.PrivateId));
        if (last is not LastReceived.Nothing)
        {
            // Replaces the string of the client's former session, which the client would otherwise send for this one.
            session.Send(PositionMark.Beginning);
        }

        Enter(recoverable, request);
    }

    private async Task ResumeAsync(SocketResumption resumption, string privateId, LastReceived last, ConnectRequest request)
    {
        try
        {
            var outcome = await resumption.RunAsync(
                privateId,
                last,
                application.MayContinueAsync,
                channels => application.MayResume(session, channels, request.IsKnown));
            recovery!.Count(outcome, session.Id);
            if (outcome == ResumeOutcome.Unavailable)
            {
                // Nothing is lost: the client reconnects with its private id and position.
                session.SendQueue.End(EndReason.Unavailable);
                return;
            }

            session.Run(() => Finish(resumption, outcome, last, request));
        }
#pragma warning disable CA1031 // Logged with its stack trace; the client is disconnected and reconnects.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            recovery!.Failed(exception, session.Id);
            session.Interrupt();
        }
    }

    private void Finish(SocketResumption resumption, ResumeOutcome outcome, LastReceived last, ConnectRequest request)
    {
        _resumption = null;
        session.SendQueue.Hold();
        if (outcome == ResumeOutcome.Recovered && resumption.Session is { } recovered)
        {
            recovered.Owner = SessionOwner.Of(application.User);
            var answer = SocketMessages.ConnectV5(DefaultNamespace, recovered.SocketId, recovered.PrivateId);
            recovery!.Replayed(session.SendQueue.ReleaseBuffered(answer));
            Enter(recovered, request);
        }
        else
        {
            resumption.Undo();
            Begin(request, last);
        }

        session.SendQueue.ReleaseHeld();
    }

    private void Enter(RecoverableSession recoverable, ConnectRequest request)
    {
        session.ExpectNothing();
        var socket = new SocketIoSocket(session, recoverable.SocketId, DefaultNamespace, recoverable);
        _sockets.Add(socket);
        application.OnConnect(socket, request.Auth, request.IsKnown);
    }

    // As in the reference implementation, a session is recoverable after a broken connection but not after an invalid packet.
    private void Drop(RecoverableSession? recoverable, EngineCloseReason reason)
    {
        if (recoverable is null)
        {
            return;
        }

        if (reason == EngineCloseReason.ParseError)
        {
            recovery!.Sessions.Forget(recoverable);
        }
        else
        {
            recovery!.Sessions.Retain(recoverable);
        }
    }
}
