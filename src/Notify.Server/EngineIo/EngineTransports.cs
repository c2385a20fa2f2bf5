using Notify.Broker.Connections;
using Notify.Protocol.EngineIo;
using Notify.Server.WebSockets;

namespace Notify.Server.EngineIo;

/// <summary>
/// Tracks the requests and the WebSocket that carry one Engine.IO session, and ends them in the way that each close reason needs.
/// Guarded by the session's lock.
/// </summary>
/// <param name="revision">The session's revision.</param>
/// <param name="request">The handshake.</param>
/// <param name="queue">The session's queue.</param>
/// <param name="socket">The WebSocket of a session that begins on one, or null.</param>
internal sealed class EngineTransports(EngineRevision revision, EngineRequest request, SendQueue queue, SocketTransport? socket)
{
    // Clients of Socket.IO 1.x that did not ask for base64 read only the binary framing; all JavaScript clients send `t`.
    private readonly bool _textOnly = request.IsBase64 || request.Jsonp is not null;
    private readonly bool _binaryFraming =
        revision == EngineRevision.V3 && !request.IsBase64 && request.Jsonp is null && request.HasTimestamp;

    private PollTransport? _poll;
    private HttpContext? _post;

    /// <summary>The session's WebSocket; null while it is on polling.</summary>
    public SocketTransport? Socket { get; private set; } = socket;

    /// <summary>The upgrade under way, or null.</summary>
    public EngineUpgrade? Upgrade { get; set; }

    /// <summary>Whether a poll waits for messages.</summary>
    public bool HasWaitingPoll => _poll is { IsAcquired: false };

    /// <summary>Binds the WebSocket of a session that began on one.</summary>
    public void Open()
    {
        if (Socket is not null)
        {
            Socket.BindTo(queue);
            queue.Use(Socket);
        }
    }

    /// <summary>Makes a poll the transport of the session.</summary>
    public PollTransport BeginPoll()
    {
        _poll = new PollTransport(revision, _binaryFraming, _textOnly) { BeganInUpgrade = Upgrade is not null };
        queue.Use(_poll);
        return _poll;
    }

    /// <summary>Begins a POST. False when one is under way; that one is aborted.</summary>
    public bool BeginPost(HttpContext context)
    {
        if (_post is null)
        {
            _post = context;
            return true;
        }

        _post.Abort();
        return false;
    }

    /// <summary>Ends a POST.</summary>
    public void EndPost(HttpContext context)
    {
        if (ReferenceEquals(_post, context))
        {
            _post = null;
        }
    }

    /// <summary>Moves the session from polling to the WebSocket of the upgrade under way.</summary>
    public void SwitchTo(SocketTransport socket)
    {
        Upgrade = null;
        Socket = socket;

        // A poll that began during the upgrade is refused, as if it had arrived after it: the requests may have overtaken each other.
        if (_poll is { BeganInUpgrade: true })
        {
            _poll.TryDrop();
        }
        else
        {
            _poll?.EndWith(EngineMessages.Noop);
        }

        socket.BindTo(queue);
        queue.Use(socket);
    }

    /// <summary>Ends a waiting poll, so that the client sends the packet that completes the upgrade.</summary>
    public void EndPollForUpgrade() => _poll?.EndWith(EngineMessages.Noop);

    /// <summary>Ends the transport of a session that closes.</summary>
    /// <returns>Whether the last messages wait for the next poll or the end of the upgrade, because no poll waits for them now.</returns>
    public bool Close(EngineCloseReason reason)
    {
        if (Socket is not null)
        {
            CloseSocket(reason);
            return false;
        }

        // A client that completes an upgrade polls no more: the last messages wait for its WebSocket, too.
        var waits = ClosePolling(reason);
        if (!waits)
        {
            EndUpgrade();
        }

        return waits;
    }

    /// <summary>Ends the upgrade under way, if there is one. The session stays on polling.</summary>
    public void EndUpgrade()
    {
        Upgrade?.Close();
        Upgrade = null;
    }

    private void CloseSocket(EngineCloseReason reason)
    {
        // The writer may be blocked by this client, or can write no more: then the connection is cut here.
        if (reason is EngineCloseReason.PingTimeout or EngineCloseReason.Slow || queue.IsClosed)
        {
            queue.Abort();
            Socket!.Abort();
        }
        else
        {
            queue.Complete();
        }
    }

    private bool ClosePolling(EngineCloseReason reason)
    {
        switch (reason)
        {
            case EngineCloseReason.ServerClosed when HasWaitingPoll:
                queue.Complete(EngineMessages.Close);
                return false;
            case EngineCloseReason.ServerClosed:
                queue.Complete(EngineMessages.Noop, EngineMessages.Close);
                return true;
            case EngineCloseReason.Interrupted when HasWaitingPoll:
                queue.Complete();
                return false;
            case EngineCloseReason.Interrupted when queue.HasQueued:
                queue.Complete();
                return true;
            case EngineCloseReason.Interrupted or EngineCloseReason.Slow:
                _poll?.TryDrop();
                break;
            case EngineCloseReason.ClientClosed:
                _poll?.EndWith(EngineMessages.Noop);
                break;
            default:
                _poll?.EndWith(EngineMessages.Close);
                break;
        }

        queue.Abort();
        return false;
    }
}
