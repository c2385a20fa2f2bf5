using Notify.Protocol.EngineIo;
using Notify.Server.WebSockets;

namespace Notify.Server.EngineIo;

/// <summary>
/// Upgrades a session from polling to a WebSocket. It begins before its handshake is answered, because the client's next request must find
/// it under way. Any frame except the probe and the upgrade ends only the upgrade: the session stays on polling.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="deadline">When the upgrade times out.</param>
internal sealed class EngineUpgrade(EngineSession session, long deadline)
{
    // Clients probe once. More probes only serve to get responses.
    private const int MaxProbes = 10;

    private SocketTransport? _socket;
    private int _probes;
    private bool _isProbed;
    private bool _isDone;

    /// <summary>Gets whether the client has received the response to its probe, and so waits for its poll to end.</summary>
    public bool IsProbed => Volatile.Read(ref _isProbed);

    public bool IsLate(long now) => now >= deadline;

    /// <summary>Answers the handshake, and then serves the WebSocket to its end. After the upgrade it is the session's own.</summary>
    public async Task AcceptAsync(HttpContext context)
    {
        try
        {
            var socket = await SocketTransport.AcceptAsync(context);
            socket.RunAfterUpgrade(() => RunAsync(socket));
        }
        catch
        {
            session.EndUpgrade(this);
            throw;
        }
    }

    /// <summary>Ends the WebSocket with a close frame.</summary>
    public void Close() => Volatile.Read(ref _socket)?.Complete();

    private async Task RunAsync(SocketTransport socket)
    {
        using var own = socket;
        try
        {
            Volatile.Write(ref _socket, socket);
            var end = session.IsUpgradedBy(this) ? await socket.ReceiveAsync(session.MaxPayload, ReceiveAsync) : SocketEnd.Refused;
            if (_isDone)
            {
                await EngineSocket.EndAsync(session, socket, end);
            }
            else if (end != SocketEnd.Broken)
            {
                session.EndUpgrade(this);
                await socket.CloseAsync();
            }
        }
        finally
        {
            session.EndUpgrade(this);
        }
    }

    private async ValueTask<bool> ReceiveAsync(ReadOnlyMemory<byte> data, bool isBinary)
    {
        if (_isDone)
        {
            return await session.ReceiveFrameAsync(data, isBinary);
        }

        if (isBinary || EnginePacketDecoder.DecodeText(data, out var packet) != EngineDecodeError.None)
        {
            return false;
        }

        switch (packet.Type)
        {
            case EnginePacketType.Ping when packet.Data.Span.SequenceEqual("probe"u8) && ++_probes <= MaxProbes:
                await _socket!.WriteDirectAsync(EngineMessages.PongProbe);
                Volatile.Write(ref _isProbed, true);
                return true;
            case EnginePacketType.Upgrade:
                return _isDone = session.TrySwitch(this, _socket!);
            default:
                return false;
        }
    }
}
