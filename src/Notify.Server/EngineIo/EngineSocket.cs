using Notify.Protocol.WebSockets;
using Notify.Server.WebSockets;

namespace Notify.Server.EngineIo;

/// <summary>Receives from the WebSocket of a session, and ends the session with it.</summary>
internal static class EngineSocket
{
    /// <summary>Serves the session's own WebSocket until it ends.</summary>
    public static async Task RunAsync(EngineSession session, SocketTransport socket)
    {
        using var own = socket;
        await EndAsync(session, socket, await socket.ReceiveAsync(session.MaxPayload, session.ReceiveFrameAsync));
    }

    /// <summary>Handles the end of the session's own WebSocket.</summary>
    public static async Task EndAsync(EngineSession session, SocketTransport socket, SocketEnd end)
    {
        switch (end)
        {
            case SocketEnd.Closed:
                // The writer answers the client's close frame.
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
                // A client that leaves without a close frame still gets an orderly end. It is cut off if it blocks the writer.
                session.Close(EngineCloseReason.TransportError);
                await socket.WaitForEndAsync();
                break;
        }
    }
}
