using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Notify.Server.Tests.Client;

/// <summary>Opens connections that a test can cut.</summary>
internal sealed class CutHandler : IDisposable
{
    private readonly ConcurrentQueue<Socket> _sockets = new();

    public CutHandler()
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                _sockets.Enqueue(socket);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        Invoker = new HttpMessageInvoker(handler);
    }

    public HttpMessageInvoker Invoker { get; }

    /// <summary>Resets all connections.</summary>
    public void Cut()
    {
        while (_sockets.TryDequeue(out var socket))
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
        }
    }

    public void Dispose() => Invoker.Dispose();
}
