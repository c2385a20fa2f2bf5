using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Client;

/// <summary>Opens WebSockets and says nothing on them.</summary>
internal sealed class SilentServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _clients = [];
    private int _connections;

    public SilentServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>Gets the number of connections that were opened.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Waits for a number of connections.</summary>
    public Task ConnectedAsync(int count) => TestTimeouts.UntilAsync(() => Connections >= count);

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var client in _clients)
        {
            client.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _clients.Add(client);
                var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
                var key = "";
                while (await reader.ReadLineAsync() is { Length: > 0 } line)
                {
                    key = line.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase) ? line.Split(' ')[1] : key;
                }

#pragma warning disable CA5350 // The handshake of RFC 6455.
                var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + $"Sec-WebSocket-Accept: {accept}\r\n\r\n"));
                Interlocked.Increment(ref _connections);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // The test has ended.
        }
    }
}
