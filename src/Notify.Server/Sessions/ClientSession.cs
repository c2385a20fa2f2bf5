using Akka.Actor;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Broker.Revocations;
using Notify.Protocol;
using Notify.Server.Limits;

namespace Notify.Server.Sessions;

/// <summary>
/// Manages a session that lives as long as its one transport. It ends only once, by the client, the broker or the clock. The queued
/// messages are then written, and a client that does not read them in time is cut off.
/// </summary>
internal abstract class ClientSession : IClientSession
{
    private int _isEnding;
    private long _cutAt = long.MaxValue;

    protected ClientSession(SessionManager server, ConnectionProtocol protocol, AddressKey address)
    {
        Server = server;
        BeganAt = server.Now;
        Address = address;
        Id = server.NextId();
        SendQueue = new SendQueue(server.Connection.MaxQueue) { Party = address.Value, Protocol = protocol };
        SendQueue.OnEndRequested(End);
    }

    public string Id { get; }

    public AddressKey Address { get; }

    public IActorRef Connection { get; private set; } = ActorRefs.Nobody;

    /// <summary>Gets the queue of messages to write.</summary>
    public SendQueue SendQueue { get; }

    /// <summary>Gets when the session began, in milliseconds of the monotonic clock.</summary>
    public long BeganAt { get; }

    /// <inheritdoc />
    public ConnectionTransport Transport =>
        SendQueue.Protocol == ConnectionProtocol.Events ? ConnectionTransport.Stream : ConnectionTransport.WebSocket;

    /// <summary>Gets whether the session has ended or is about to.</summary>
    public bool IsEnding => Volatile.Read(ref _isEnding) != 0;

    protected SessionManager Server { get; }

    /// <summary>Gets what the log calls the transport.</summary>
    protected abstract string TransportName { get; }

    /// <summary>Logs that the session is open.</summary>
    internal void LogBegan() => Server.Began(this, TransportName);

    /// <inheritdoc />
    public virtual ConnectionFacts Describe() => new(Id);

    public void Tick(long now)
    {
        if (!IsEnding)
        {
            Beat(now);
        }
        else if (now >= Volatile.Read(ref _cutAt))
        {
            Cut();
        }
    }

    /// <summary>Ends the session for the broker, so that the client reconnects.</summary>
    public void End(EndReason reason)
    {
        if (TryBeginEnd())
        {
            Server.Ended(this, TransportName, reason);
            Finish(reason);
            Connection.Tell(ConnectionCommands.Ended.Instance);
        }
    }

    /// <summary>Ends the session for a backend.</summary>
    /// <param name="kind">Why, which decides whether the client comes back.</param>
    /// <param name="reason">The backend's reason, for the client; may be empty.</param>
    public abstract void Disconnect(DisconnectKind kind, string reason);

    /// <summary>Starts the session's actor.</summary>
    protected async Task ConnectAsync()
    {
        Connection = await Server.ConnectAsync(SendQueue);
        if (IsEnding)
        {
            // The session ended before it had an actor.
            Connection.Tell(ConnectionCommands.Ended.Instance);
        }
    }

    /// <summary>Detaches the transport. Nothing is written to it any more.</summary>
    protected void Leave()
    {
        if (TryBeginEnd())
        {
            Server.Left(this, TransportName, ConnectionEnds.Client, "the client has gone");
            Connection.Tell(ConnectionCommands.Ended.Instance);
        }

        SendQueue.Abort();
        Server.Remove(this);
    }

    /// <summary>Ends the session after the queued messages, in the way of its transport.</summary>
    /// <param name="end">The reason, for the metric.</param>
    /// <param name="reason">The reason, for the log.</param>
    /// <param name="prepare">Prepares the end of the transport. It is not called if the session is already ending.</param>
    /// <param name="last">The last messages.</param>
    protected void Close(string end, string reason, Action prepare, params ReadOnlySpan<WireMessage> last)
    {
        if (TryBeginEnd())
        {
            Server.Left(this, TransportName, end, reason);
            prepare();
            Complete(last);
            Connection.Tell(ConnectionCommands.Ended.Instance);
        }
    }

    /// <summary>Ends the transport after the queued messages, or cuts it off if the writer has stopped.</summary>
    protected void Complete(params ReadOnlySpan<WireMessage> last)
    {
        if (!SendQueue.Complete(last))
        {
            Cut();
        }
    }

    /// <summary>Performs the periodic work of an open session.</summary>
    protected abstract void Beat(long now);

    /// <summary>Sends the reason for the end in the form of the transport's protocol, and completes the transport.</summary>
    protected abstract void Finish(EndReason reason);

    /// <summary>Ends the transport at once. Further calls do nothing.</summary>
    protected abstract void Cut();

    private bool TryBeginEnd()
    {
        if (Interlocked.Exchange(ref _isEnding, 1) != 0)
        {
            return false;
        }

        Volatile.Write(ref _cutAt, Server.Now + Server.CloseTimeout);
        return true;
    }
}
