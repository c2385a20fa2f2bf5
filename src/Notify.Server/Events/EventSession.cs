using Akka.Actor;
using Notify.Broker.Connections;
using Notify.Protocol.Events;
using Notify.Server.Limits;
using Notify.Server.Sessions;

namespace Notify.Server.Events;

/// <summary>One event stream: joined to its channels from beginning to end.</summary>
internal sealed class EventSession : ClientSession
{
    // After a cut, clients come back within this spread instead of all at once; browsers keep it until they are told another.
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
    /// <param name="channels">The channels, each once, with valid names.</param>
    /// <param name="positions">What the client has of them.</param>
    /// <param name="handshake">The place that was taken for it; given back here, whatever happens.</param>
    /// <param name="aborted">Fires when the client is gone.</param>
    public async Task RunAsync(IReadOnlyList<string> channels, PositionVector positions, ConnectionHandshake handshake, CancellationToken aborted)
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
            // Whatever else was written would wait behind what the client does not read.
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

        // From here on the positions are the transport's own.
        SendQueue.Use(_transport);
        Server.Add(this, handshake);
    }
}
