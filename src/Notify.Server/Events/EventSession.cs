using Akka.Actor;
using Notify.Broker.Connections;
using Notify.Protocol.Events;
using Notify.Server.Limits;
using Notify.Server.Sessions;

namespace Notify.Server.Events;

/// <summary>Manages one event stream, which is joined to the same channels from beginning to end.</summary>
internal sealed class EventSession : ClientSession
{
    // After a lost connection, clients reconnect spread over this time. Browsers use it until they receive another value.
    private static readonly TimeSpan SoonestRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetrySpread = TimeSpan.FromSeconds(2);

    private readonly EventTransport _transport;
    private long _keepAliveAt;

    public EventSession(SessionManager server, EventTransport transport, AddressKey address)
        : base(server, address)
    {
        _transport = transport;
        _keepAliveAt = SessionManager.Now + server.KeepAliveInterval;
    }

    /// <summary>Serves the stream to its end.</summary>
    /// <param name="channels">The channels, without duplicates and with valid names.</param>
    /// <param name="positions">The client's positions in them.</param>
    /// <param name="handshake">The reserved connection, which is always released here.</param>
    /// <param name="aborted">Fires when the client has disconnected.</param>
    public async Task RunAsync(
        IReadOnlyList<string> channels, PositionVector positions, ConnectionHandshake handshake, CancellationToken aborted)
    {
        using var place = handshake;
        await ConnectAsync();
        try
        {
            await using (aborted.UnsafeRegister(static session => ((EventSession)session!).Vanish(), this))
            {
                Begin(channels, positions, handshake);
                await _transport.Ended;
            }
        }
        finally
        {
            Leave();
            await _transport.CloseAsync();
        }
    }

    protected override string Transport => "event stream";

    protected override void Beat(long now)
    {
        if (now >= _keepAliveAt)
        {
            _keepAliveAt = now + Server.KeepAliveInterval;
            SendQueue.Write(EventMessages.KeepAlive);
        }
    }

    protected override void Finish(EndReason reason)
    {
        if (reason == EndReason.Slow)
        {
            // A message would only be queued behind data that the client does not read.
            Cut();
        }
        else
        {
            Complete(EventMessages.Retry(Server.ReconnectAfter()));
        }
    }

    protected override void Cut()
    {
        SendQueue.Abort();
        _transport.Abort();
    }

    private void Vanish()
    {
        Leave();
        Cut();
    }

    private void Begin(IReadOnlyList<string> channels, PositionVector positions, ConnectionHandshake handshake)
    {
        SendQueue.Write(EventMessages.Opening(SoonestRetry + (RetrySpread * Random.Shared.NextDouble()), positions));
        var gate = new CommandGate(channels.Count);
        foreach (var channel in channels)
        {
            gate.Enter();
            var reply = Server.JoinLog.Follow(Id, channel, new EventJoinReply(channel));
            Connection.Tell(new ConnectionCommands.Join(channel, EventFormat.Instance, reply, gate, positions.Find(channel)));
        }

        // From here on the transport owns the positions.
        SendQueue.Use(_transport);
        Server.Add(this, handshake);
    }
}
