using Notify.Broker.Revocations;
using Notify.Protocol.SocketIo;
using Notify.Protocol.Tokens;
using Notify.Server.Access;
using Notify.Server.EngineIo;

namespace Notify.Server.SocketIo;

/// <summary>Ends connections of Socket.IO clients, and tells the clients why. Called in a turn of the session.</summary>
internal static class SocketEnds
{
    private const string Disconnected = "disconnected";

    /// <summary>Ends a connection for a backend.</summary>
    /// <param name="session">The session of the connection.</param>
    /// <param name="socket">The client's socket; null when it has not connected.</param>
    /// <param name="kind">Why, which decides whether the client comes back.</param>
    /// <param name="reason">The backend's reason, for the client; may be empty.</param>
    public static void Disconnect(EngineSession session, SocketIoSocket? socket, DisconnectKind kind, string reason)
    {
        switch (kind)
        {
            case DisconnectKind.Reconnect:
                session.Interrupt();
                break;
            case DisconnectKind.Revoked:
                EndForGood(session, socket, TokenCodes.Revoked, TokenCodes.Sentence(TokenCodes.Revoked));
                break;
            case DisconnectKind.Blocked:
                EndForGood(session, socket, TokenCodes.Blocked, TokenCodes.Sentence(TokenCodes.Blocked));
                break;
            default:
                EndForGood(session, socket, Disconnected, reason.Length > 0 ? reason : AccessSentences.Disconnected);
                break;
        }
    }

    /// <summary>
    /// Ends a connection whose client shall not come back: stock clients do not after the packet that disconnects their namespace.
    /// </summary>
    /// <param name="session">The session of the connection.</param>
    /// <param name="socket">The client's socket; null when it has not connected.</param>
    /// <param name="error">The code for the client.</param>
    /// <param name="message">The sentence for the client.</param>
    public static void EndForGood(EngineSession session, SocketIoSocket? socket, string error, string message)
    {
        if (socket is not null)
        {
            socket.Send(SocketEvents.Event(socket, SocketEvents.Refused, json =>
            {
                json.WriteString("error"u8, error);
                json.WriteString("message"u8, message);
            }));
            socket.Send(SocketMessages.Disconnect(socket.Namespace));
        }

        session.Close();
    }
}
