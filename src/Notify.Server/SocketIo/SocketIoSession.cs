using System.Text.Json;
using Notify.Broker.Connections;
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
public sealed class SocketIoSession(EngineSession session, ISocketIoApplication application, SocketIds ids, TimeSpan connectTimeout) : IEngineHandler
{
    private const string DefaultNamespace = "/";
    private const string InvalidNamespace = "Invalid namespace";

    private readonly SocketRevision _revision = session.Revision == EngineRevision.V3 ? SocketRevision.V4 : SocketRevision.V5;

    // One in nearly every session, for which a dictionary is four times the size.
    private readonly List<SocketIoSocket> _sockets = new(1);
    private SocketPacketDecoder? _decoder;

    /// <inheritdoc />
    public void OnOpen()
    {
        if (_revision == SocketRevision.V4)
        {
            Connect(DefaultNamespace, auth: null);
        }
        else
        {
            session.ExpectWithin(connectTimeout);
        }
    }

    /// <inheritdoc />
    public void OnMessage(in EnginePacket message)
    {
        // A decoder keeps state only between a packet and its attachments, which few clients ever send.
        var decoder = _decoder ?? new SocketPacketDecoder(_revision, session.MaxPayload);
        var error = decoder.Decode(message, out var packet);
        _decoder = decoder.IsWaiting ? decoder : null;
        if (error != SocketDecodeError.None)
        {
            session.Close();
        }
        else if (packet is not null)
        {
            Receive(packet);
        }
    }

    /// <inheritdoc />
    public void OnClose(EngineCloseReason reason)
    {
        foreach (var socket in _sockets)
        {
            application.OnDisconnect(socket);
        }

        _sockets.Clear();
    }

    /// <inheritdoc />
    public Task ReadyAsync() => application.ReadyAsync();

    private void Receive(SocketPacket packet)
    {
        var socket = _sockets.Find(entered => entered.Namespace == packet.Namespace);
        var isConnected = socket is not null;
        switch (packet.Type)
        {
            case SocketPacketType.Connect when !isConnected:
                Enter(packet);
                break;
            case SocketPacketType.Connect when _revision == SocketRevision.V4 && packet.Namespace == DefaultNamespace:
                // 1.x and 2.x clients may ask for what they have been given unasked.
                break;
            case SocketPacketType.Disconnect when isConnected:
                _sockets.Remove(socket!);
                application.OnDisconnect(socket!);
                break;
            case SocketPacketType.Event or SocketPacketType.BinaryEvent when isConnected:
                application.OnEvent(socket!, packet);
                break;
            case SocketPacketType.Ack or SocketPacketType.BinaryAck when isConnected:
                // Nobody here asks for acknowledgements.
                break;
            default:
                session.Close();
                break;
        }
    }

    private void Enter(SocketPacket packet)
    {
        if (application.HasNamespace(packet.Namespace))
        {
            Connect(packet.Namespace, packet.Data);
        }
        else
        {
            session.Send(_revision == SocketRevision.V4
                ? SocketMessages.ConnectErrorV4(packet.Namespace, InvalidNamespace)
                : SocketMessages.ConnectErrorV5(packet.Namespace, InvalidNamespace));
        }
    }

    private void Connect(string ns, JsonElement? auth)
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
        application.OnConnect(socket, auth);
    }
}
