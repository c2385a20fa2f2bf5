using System.Text.Json;
using Akka.Actor;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Broker.Recovery;
using Notify.Broker.Revocations;
using Notify.Protocol.JavaScript;
using Notify.Protocol.SocketIo;
using Notify.Server.Access;
using Notify.Server.EngineIo;

namespace Notify.Server.SocketIo;

/// <summary>
/// Implements the rights of one Socket.IO client: its token, the event <c>auth</c>, and the events with which the server reports changes.
/// </summary>
/// <param name="session">The session of the connection.</param>
/// <param name="access">The rights of the connection.</param>
/// <param name="gate">Limits the commands under way.</param>
internal sealed class SocketAccess(EngineSession session, ConnectionAccess access, CommandGate gate) : IIdentifiedConnection
{
    private const string Auth = "auth";
    private const string Left = "LEFT";
    private const string Expiring = "TOKEN_EXPIRING";
    private const string Expired = "TOKEN_EXPIRED";

    // A client whose session is being recovered has no socket yet, in milliseconds.
    private const long RecoveryPause = 500;

    // What the client sent while its token is verified. Nothing overtakes the token.
    private Queue<(SocketIoSocket Socket, Action<SocketIoSocket> Act)>? _held;
    private Task _verifying = Task.CompletedTask;
    private SocketIoSocket? _socket;

    /// <inheritdoc />
    public string ConnectionId => _socket?.Id ?? session.Id;

    /// <summary>Gets the rights of the connection.</summary>
    public ConnectionAccess Access => access;

    /// <summary>Verifies the token in a client's <c>auth</c>, or that of its handshake.</summary>
    public ValueTask<Identification> IdentifyAsync(JsonElement? auth)
    {
        if (auth is not { ValueKind: JsonValueKind.Object } given
            || !given.TryGetProperty("token", out var token)
            || token.ValueKind is JsonValueKind.Null)
        {
            return access.IdentifyAsync(token: null, session.Id);
        }

        return token.ValueKind == JsonValueKind.String ? access.IdentifyAsync(JsString.From(token), session.Id)
            : access.TakesTokens ? new(access.RefuseMalformed())
            : new(Identification.Nobody);
    }

    /// <summary>Gives the connection its identity. Returns false at the limit of its user.</summary>
    public bool TryEnter(ConnectionIdentity? identity)
    {
        if (!access.TryEnter(this, identity))
        {
            return false;
        }

        // Not in this turn, even if it is due: the client is not connected yet, and could not be warned.
        session.WakeAt(access.FirstDeadline);
        return true;
    }

    /// <summary>Sets the socket of the client, once it is connected.</summary>
    public void OnConnect(SocketIoSocket socket) => _socket = socket;

    /// <summary>Forgets the socket of a client that has disconnected.</summary>
    public void OnDisconnect()
    {
        _socket = null;
        access.End();
    }

    /// <summary>Returns whether the server handles an event itself: <c>auth</c>, when it takes tokens.</summary>
    public bool Handles(SocketPacket packet) => packet.EventName == Auth && access.TakesTokens;

    /// <summary>Parses the event <c>auth</c>, and begins to verify its token.</summary>
    public Action<SocketIoSocket> ReadAuth(SocketPacket packet)
    {
        var id = packet.AckId;
        var verification = packet.GetArguments() is [{ ValueKind: JsonValueKind.String } token, ..]
            ? access.VerifyAsync(JsString.From(token), ConnectionId)
            : new(access.RefuseMalformed());
        return socket =>
        {
            if (verification.IsCompletedSuccessfully)
            {
                Refresh(socket, id, verification.Result);
            }
            else
            {
                _held = new();
                _verifying = RefreshAsync(socket, id, verification);
            }
        };
    }

    /// <summary>Runs an action of the client, after the token that it sent before.</summary>
    public void Run(SocketIoSocket socket, Action<SocketIoSocket> act)
    {
        if (_held is null)
        {
            act(socket);
        }
        else
        {
            _held.Enqueue((socket, act));
        }
    }

    /// <summary>Waits until the client's token is verified, and until more commands are accepted.</summary>
    public Task ReadyAsync() => _verifying.IsCompleted ? gate.WaitAsync() : Task.WhenAll(_verifying, gate.WaitAsync());

    /// <summary>Handles deadlines. Called in a turn of the session.</summary>
    public void OnWake(long now) => session.WakeAt(_socket is null ? now + RecoveryPause : access.Tick(now));

    /// <summary>Informs a client that asked for no ack that its join is refused.</summary>
    public static void ReportRefusal(SocketIoSocket socket, string channel, string error) =>
        socket.Send(SocketEvents.Event(socket, SocketEvents.Refused, json =>
        {
            json.WriteString("channel"u8, channel);
            json.WriteString("error"u8, error);
            json.WriteString("message"u8, AccessSentences.OfJoin(error, channel));
        }));

    /// <inheritdoc />
    public void LeaveForbidden(string channel) => session.Run(() => Leave(channel));

    /// <inheritdoc />
    public void WarnOfExpiry(long expiresInMs) => Send(Expiring, json => json.WriteNumber("expiresInMs"u8, expiresInMs));

    /// <inheritdoc />
    public void EndExpired()
    {
        Send(Expired, static _ => { });
        session.ApplicationEnd = ConnectionEnds.TokenExpired;
        session.Interrupt();
    }

    /// <inheritdoc />
    public void EndUnidentified() =>
        SocketEnds.EndForGood(session, _socket, JoinErrors.Unauthorized, AccessSentences.TokenRequired);

    /// <inheritdoc />
    public void Disconnect(DisconnectKind kind, string reason) =>
        session.Run(() => SocketEnds.Disconnect(session, _socket, kind, reason));

    private async Task RefreshAsync(SocketIoSocket socket, ulong? id, ValueTask<Identification> verification)
    {
        var identification = await verification;
        session.Run(() =>
        {
            var held = _held;
            _held = null;
            Refresh(socket, id, identification);
            while (held?.TryDequeue(out var next) == true)
            {
                Run(next.Socket, next.Act);
            }
        });
    }

    private void Refresh(SocketIoSocket socket, ulong? id, in Identification next)
    {
        var lost = access.TryRefresh(next, out var result);
        session.SendQueue.Trace?.Refreshed(result.Error);
        if (result.Error is not { } error)
        {
            if (socket.Recoverable is { } recoverable)
            {
                recoverable.Owner = SessionOwner.Of(access.Identity?.User);
            }

            Acknowledge(socket, id, json =>
            {
                json.WriteString("user"u8, access.Identity?.User);
                json.WriteNumber("expiresInMs"u8, access.RemainingMs ?? 0);
                if (result.WouldRefuse is { } code)
                {
                    json.WriteString("wouldRefuse"u8, code);
                }
            });
            session.WakeAt(access.Tick(session.Now));
            foreach (var channel in lost)
            {
                Leave(channel);
            }

            return;
        }

        void Write(Utf8JsonWriter json)
        {
            json.WriteString("error"u8, error);
            json.WriteString("message"u8, AccessSentences.OfToken(error));
        }

        if (id is null)
        {
            Send(SocketEvents.Refused, Write);
        }
        else
        {
            Acknowledge(socket, id, Write);
        }

        if (access.CountRefused())
        {
            session.ApplicationEnd = ConnectionEnds.Limit;
            session.Close();
        }
    }

    // The relay of the channel sends the event, so nothing of the channel follows it.
    private void Leave(string channel)
    {
        if (_socket is not { } socket)
        {
            return;
        }

        if (socket.Recoverable?.Log.Leave(channel) is { } mark)
        {
            socket.Send(mark);
        }

        gate.Enter();
        socket.Session.Connection.Tell(new ConnectionCommands.Leave(channel, () => Send(Left, json =>
        {
            json.WriteString("channel"u8, channel);
            json.WriteString("error"u8, JoinErrors.Forbidden);
        }), gate));
    }

    private void Send(string name, Action<Utf8JsonWriter> fields)
    {
        if (_socket is { } socket)
        {
            socket.Send(SocketEvents.Event(socket, name, fields));
        }
    }

    private static void Acknowledge(SocketIoSocket socket, ulong? id, Action<Utf8JsonWriter> fields)
    {
        if (id is { } given)
        {
            socket.Send(SocketEvents.Ack(socket, given, fields));
        }
    }
}
