using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Notify.Server.Limits;
using Notify.Server.Listening;

namespace Notify.Server.Tests.Support;

/// <summary>Connects a client to a connection of the server over a real socket.</summary>
internal sealed class AcceptedPair : IAsyncDisposable
{
    private readonly ClientLimits _limits = new();

    private AcceptedPair(Socket client, Socket server)
    {
        Places = new SocketLimit(10, _limits.Metrics, _limits.Refusals);
        Setup = new ConnectionSetup(Memory, NullLogger<AcceptedConnection>.Instance);
        Client = client;
        Connection = new AcceptedConnection(
            server, SocketPlace.TryOpen(Places, addresses: null, address: null)!.Value, Setup);
    }

    public Socket Client { get; }

    public AcceptedConnection Connection { get; }

    public SocketOutput Output => (SocketOutput)Connection.Transport.Output;

    public SocketLimit Places { get; }

    public CountedMemory Memory { get; } = new();

    private ConnectionSetup Setup { get; }

    public static async Task<AcceptedPair> OpenAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, NoDelay = true };
        var accepted = listener.AcceptSocketAsync();
        await client.ConnectAsync(listener.LocalEndpoint).Soon();
        var server = await accepted.Soon();
        server.SendBufferSize = 4096;
        var pair = new AcceptedPair(client, server);
        pair.Connection.Start();
        return pair;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Connection.Abort();
        await Connection.DisposeAsync().AsTask().Soon();
        Setup.Dispose();
        _limits.Dispose();
    }

    /// <summary>Lets the client send.</summary>
    public Task SendAsync(string text) => Client.SendAsync(Encoding.ASCII.GetBytes(text)).Soon();

    /// <summary>Reads at the server. The client must have sent no more than this.</summary>
    public async Task<byte[]> ReadAsync(int length)
    {
        var (input, all, read) = (Connection.Transport.Input, new byte[length], 0);
        while (read < length)
        {
            var buffer = (await input.ReadAsync().AsTask().Soon()).Buffer;
            buffer.CopyTo(all.AsSpan(read));
            read += (int)buffer.Length;
            input.AdvanceTo(buffer.End);
        }

        return all;
    }

    /// <summary>Receives at the client.</summary>
    public async Task<byte[]> ReceiveAsync(int length)
    {
        var bytes = new byte[length];
        await using var stream = new NetworkStream(Client, ownsSocket: false);
        await stream.ReadExactlyAsync(bytes).AsTask().Soon();
        return bytes;
    }

    /// <summary>Receives text at the client.</summary>
    public async Task<string> ReceiveTextAsync(int length) => Encoding.ASCII.GetString(await ReceiveAsync(length));

    /// <summary>Resets the connection from the client's side.</summary>
    public void Reset()
    {
        Client.LingerState = new LingerOption(enable: true, seconds: 0);
        Client.Close();
    }

    /// <summary>Counts the blocks that are in use.</summary>
    internal sealed class CountedMemory : MemoryPool<byte>
    {
        private int _used;

        public int Used => Volatile.Read(ref _used);

        public override int MaxBufferSize => 4096;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            Interlocked.Increment(ref _used);
            return new Block(this);
        }

        protected override void Dispose(bool disposing)
        {
        }

        private sealed class Block(CountedMemory memory) : IMemoryOwner<byte>
        {
            public Memory<byte> Memory { get; } = new byte[4096];

            public void Dispose() => Interlocked.Decrement(ref memory._used);
        }
    }
}
