using Notify.Protocol.WebSockets;
using Notify.Server.WebSockets;

namespace Notify.Server.EngineIo;

/// <summary>What receives from the WebSocket that a session is on, and what its end means for the session.</summary>
internal static class EngineSocket
{
    /// <summary>Serves the session's own WebSocket until it ends.</summary>
    public static async Task RunAsync(EngineSession session, SocketTransport socket)
    {
        using var own = socket;
        await EndAsync(session, socket, await socket.ReceiveAsync(session.MaxPayload, session.ReceiveFrameAsync));
    }

    /// <summary>The session's own WebSocket is received from no longer.</summary>
    public static async Task EndAsync(EngineSession session, SocketTransport socket, SocketEnd end)
    {
        switch (end)
        {
            case SocketEnd.Closed:
                // The client's close frame is answered by the writer, like everything else.
                session.Close(EngineCloseReason.ClientClosed);
                await socket.WaitForEndAsync();
                break;
            case SocketEnd.TooBig or SocketEnd.Busy:
                socket.CloseWith(end == SocketEnd.Busy ? WebSocketClose.TryAgainLater : WebSocketClose.MessageTooBig);
                session.Close(EngineCloseReason.ParseError);
                await socket.DrainAsync();
                break;
            case SocketEnd.Faulted or SocketEnd.Flooded:
                session.Close(EngineCloseReason.ParseError);
                await socket.DiscardAsync();
                break;
            default:
                // A client that goes without a close frame is still given an orderly end, and is cut when it holds the writer up.
                session.Close(EngineCloseReason.TransportError);
                await socket.WaitForEndAsync();
                break;
        }
    }
}
