using System.Text.Json;
using Notify.Broker.Connections;
using Notify.Broker.Recovery;
using Notify.Protocol.EngineIo;
using Notify.Protocol.SocketIo;
using Notify.Server.EngineIo;

namespace Notify.Server.SocketIo;

/// <summary>
/// Socket.IO on one Engine.IO session: which namespaces the client has entered, and what its packets mean. Protocol errors end the
/// session, as in the 4.8 reference.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="application">What is done with the events.</param>
/// <param name="ids">Names the sockets of revision 5; those of earlier clients are named as their session.</param>
/// <param name="connectTimeout">How long a client of revision 5 may take to enter a namespace.</param>
/// <param name="recovery">Lets clients of revision 5 go on with the session that they had; null when they begin anew each time.</param>
/// <param name="isRecoverable">Whether the session can be recovered without being asked for in the connect request.</param>
public sealed class SocketIoSession(
    EngineSession session, ISocketIoApplication application, SocketIds ids, TimeSpan connectTimeout, SocketRecovery? recovery = null, bool isRecoverable = false)
    : IEngineHandler
{
    private const string DefaultNamespace = "/";
    private const string InvalidNamespace = "Invalid namespace";

    private readonly SocketRevision _revision = session.Revision == EngineRevision.V3 ? SocketRevision.V4 : SocketRevision.V5;

    // One in nearly every session, for which a dictionary is four times the size.
    private readonly List<SocketIoSocket> _sockets = new(1);
    private SocketPacketDecoder? _decoder;
    private SocketResumption? _resumption;

    /// <inheritdoc />
    public void OnOpen()
    {
        if (_revision == SocketRevision.V4)
        {
            Connect(DefaultNamespace, auth: null, application.Knows(auth: null));
        }
        else
        {
            session.ExpectWithin(connectTimeout);
        }
    }

    /// <inheritdoc />
    public Action? Read(in EnginePacket message)
    {
        // A decoder keeps state only between a packet and its attachments, which few clients ever send.
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

            // From here on another connection may have it.
            Drop(socket.Recoverable, reason);
        }

        _sockets.Clear();
        _resumption?.Abandon();
    }

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
                // Nobody here asks for acknowledgements.
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
        return new ConnectRequest(ns, refusal, packet.Data, isKnown, refusal is null ? ReadClaim(packet) : null);
    }

    // A client that does not ask may be one that takes a second argument of an event for an error.
    private RecoveryClaim? ReadClaim(SocketPacket packet)
    {
        if (recovery is null || _revision != SocketRevision.V5 || packet.Namespace != DefaultNamespace)
        {
            return null;
        }

        var claim = RecoveryClaim.Read(packet.Data);
        return isRecoverable || claim.IsAsking ? claim : null;
    }

    private SocketIoSocket? Find(string ns) => _sockets.Find(entered => entered.Namespace == ns);

    private void Receive(ConnectRequest request)
    {
        if (Find(request.Namespace) is null && _resumption is null)
        {
            Enter(request);
        }
        else if (_revision != SocketRevision.V4 || request.Namespace != DefaultNamespace)
        {
            session.Close();
        }

        // Else a client of 1.x or 2.x asks for what it has been given unasked, which it may.
    }

    private void Receive(string ns, Action<SocketIoSocket>? act)
    {
        if (Find(ns) is { } socket)
        {
            act?.Invoke(socket);
        }
        else
        {
            session.Close();
        }
    }

    private void Leave(string ns)
    {
        if (Find(ns) is not { } socket)
        {
            session.Close();
            return;
        }

        _sockets.Remove(socket);
        application.OnDisconnect(socket);

        // Who leaves on purpose does not come back for more, as in the reference.
        if (socket.Recoverable is { } left)
        {
            recovery!.Sessions.Forget(left);
        }
    }

    private void Enter(ConnectRequest request)
    {
        if (request.Refusal is { } refusal)
        {
            session.Send(refusal);
        }
        else if (request.Claim is not { } claim)
        {
            Connect(request.Namespace, request.Auth, request.IsKnown);
        }
        else if (claim.PrivateId is { } privateId)
        {
            _resumption = new SocketResumption(recovery!, session);

            // Not in this turn of the connection: the session may have to be taken from another one, which has turns of its own.
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

    // A session of its own, which can be recovered later.
    private void Begin(ConnectRequest request, LastReceived last)
    {
        var recoverable = recovery!.Create();
        recovery.Sessions.Add(recoverable, session.Address.Value, session.Close);
        session.SendQueue.Use(new RecoveryInterceptor(recoverable.Log));
        session.Send(SocketMessages.ConnectV5(DefaultNamespace, recoverable.SocketId, recoverable.PrivateId));
        if (last is not LastReceived.Nothing)
        {
            // Stock clients keep the string of a session that is over, and would give it as this one's.
            session.Send(PositionMark.Beginning);
        }

        Enter(recoverable, request);
    }

    private async Task ResumeAsync(SocketResumption resumption, string privateId, LastReceived last, ConnectRequest request)
    {
        try
        {
            var outcome = await resumption.RunAsync(privateId, last, channels => application.MayResume(session, channels, request.IsKnown));
            recovery!.Count(outcome.ToString(), session.Id);
            if (outcome == ResumeOutcome.Unavailable)
            {
                // Nothing is lost: the client comes back with what it has.
                session.SendQueue.End(EndReason.Unavailable);
                return;
            }

            session.Run(() => Finish(resumption, outcome, last, request));
        }
#pragma warning disable CA1031 // Logged with its stack; the client is ended and comes back.
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
        if (outcome == ResumeOutcome.Recovered && resumption.Session is { } recovered)
        {
            session.SendQueue.ReleaseBuffered(SocketMessages.ConnectV5(DefaultNamespace, recovered.SocketId, recovered.PrivateId));
            Enter(recovered, request);
        }
        else
        {
            resumption.Undo();
            Begin(request, last);
        }
    }

    private void Enter(RecoverableSession recoverable, ConnectRequest request)
    {
        session.ExpectNothing();
        var socket = new SocketIoSocket(session, recoverable.SocketId, DefaultNamespace, recoverable);
        _sockets.Add(socket);
        application.OnConnect(socket, request.Auth, request.IsKnown);
    }

    // As in the reference: a connection that broke is one thing, a client that says what is no packet another.
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
