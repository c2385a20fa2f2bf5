using Akka.Actor;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Server.Limits;

namespace Notify.Server.Sessions;

/// <summary>
/// A session that lives as long as its one transport. It ends once, whoever says so first: the client, the broker or the clock; then what
/// is queued is written, and a client that does not take it in time is cut.
/// </summary>
internal abstract class ClientSession : IClientSession
{
    private int _isEnding;
    private long _cutAt = long.MaxValue;

    protected ClientSession(SessionManager server, AddressKey address)
    {
        Server = server;
        Address = address;
        Id = server.NextId();
        SendQueue = new SendQueue(server.Options.MaxQueue) { Party = address.Value };
        SendQueue.OnEndRequested(End);
    }

    public string Id { get; }

    public AddressKey Address { get; }

    public IActorRef Connection { get; private set; } = ActorRefs.Nobody;

    /// <summary>What waits to be written to the client.</summary>
    public SendQueue SendQueue { get; }

    /// <summary>Whether the session is over, or about to be.</summary>
    public bool IsEnding => Volatile.Read(ref _isEnding) != 0;

    protected SessionManager Server { get; }

    /// <summary>Gets what the log calls the transport.</summary>
    protected abstract string Transport { get; }

    /// <summary>Logs that the session is open.</summary>
    internal void LogBegan() => Server.Began(this, Transport);

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

    /// <summary>The broker ends the session, so that the client comes back.</summary>
    public void End(EndReason reason)
    {
        if (TryBeginEnd())
        {
            Server.Ended(this, Transport, reason);
            Finish(reason);
            Connection.Tell(ConnectionCommands.Ended.Instance);
        }
    }

    /// <summary>Starts the session's actor.</summary>
    protected async Task ConnectAsync()
    {
        Connection = await Server.ConnectAsync(SendQueue);
        if (IsEnding)
        {
            // It was ended before there was anybody to hear so.
            Connection.Tell(ConnectionCommands.Ended.Instance);
        }
    }

    /// <summary>The transport serves this session no longer, and nothing is written to it any more.</summary>
    protected void Leave()
    {
        if (TryBeginEnd())
        {
            Server.Left(this, Transport, "the client has gone");
            Connection.Tell(ConnectionCommands.Ended.Instance);
        }

        SendQueue.Abort();
        Server.Remove(this);
    }

    /// <summary>Ends the session in the transport's own words after what is queued.</summary>
    /// <param name="reason">Why, for the log.</param>
    /// <param name="prepare">Tells the transport how it is to end; called only if nobody has ended the session before.</param>
    /// <param name="last">What is said last.</param>
    protected void Close(string reason, Action prepare, params ReadOnlySpan<WireMessage> last)
    {
        if (TryBeginEnd())
        {
            Server.Left(this, Transport, reason);
            prepare();
            Complete(last);
            Connection.Tell(ConnectionCommands.Ended.Instance);
        }
    }

    /// <summary>Lets the transport end after what is queued; where the writer can write no more, it is cut.</summary>
    protected void Complete(params ReadOnlySpan<WireMessage> last)
    {
        if (!SendQueue.Complete(last))
        {
            Cut();
        }
    }

    /// <summary>Does what is due while the session is open.</summary>
    protected abstract void Beat(long now);

    /// <summary>Says in the transport's own words why the session ends, and completes it.</summary>
    protected abstract void Finish(EndReason reason);

    /// <summary>Ends the transport at once; called as often as it may be.</summary>
    protected abstract void Cut();

    private bool TryBeginEnd()
    {
        if (Interlocked.Exchange(ref _isEnding, 1) != 0)
        {
            return false;
        }

        Volatile.Write(ref _cutAt, SessionManager.Now + Server.CloseTimeout);
        return true;
    }
}
