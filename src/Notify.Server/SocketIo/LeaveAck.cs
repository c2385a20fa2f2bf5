using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>Sends the ack of a <c>leave</c>, without arguments, when none of its channels can deliver anything more.</summary>
/// <param name="socket">The socket that leaves.</param>
/// <param name="id">The ack id that the client expects.</param>
/// <param name="count">The number of channels.</param>
internal sealed class LeaveAck(SocketIoSocket socket, ulong id, int count)
{
    // One more than the channels, so that a leave without channels is answered as well.
    private int _left = count + 1;

    /// <summary>Counts a channel that was left, or the end of the request.</summary>
    public void Left()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            socket.Send(SocketMessages.Ack(socket.Namespace, id));
        }
    }
}
