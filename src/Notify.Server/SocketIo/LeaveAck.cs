using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>The acknowledgement of a <c>leave</c>, without arguments: sent when the last of its channels can tell nothing more.</summary>
/// <param name="socket">Who leaves.</param>
/// <param name="id">The id that the client waits for.</param>
/// <param name="count">How many channels were named.</param>
internal sealed class LeaveAck(SocketIoSocket socket, ulong id, int count)
{
    // One more than the channels, so that a leave of none is answered too.
    private int _left = count + 1;

    /// <summary>One channel is left, or all have been asked for.</summary>
    public void Left()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            socket.Send(SocketMessages.Ack(socket.Namespace, id));
        }
    }
}
