using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Notify.Server.Listening;

/// <summary>Waits until a socket has data to read, without a buffer. Supports one wait at a time.</summary>
internal sealed class SocketReadiness() : SocketAsyncEventArgs(true), IValueTaskSource<SocketError>
{
    private ManualResetValueTaskSourceCore<SocketError> _wait;

    /// <summary>
    /// Returns <see cref="SocketError.Success"/> when the socket probably has data, has reached the end of its data, or is broken.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public ValueTask<SocketError> WaitAsync(Socket socket)
    {
        _wait.Reset();
        return socket.ReceiveAsync(this)
            ? new ValueTask<SocketError>(this, _wait.Version)
            : new ValueTask<SocketError>(SocketError);
    }

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<SocketError>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e) => _wait.SetResult(SocketError);
}
