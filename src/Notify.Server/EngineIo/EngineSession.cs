using Notify.Protocol.EngineIo;
using Notify.Server.Limits;
using Notify.Server.WebSockets;

namespace Notify.Server.EngineIo;

/// <summary>
/// Handles what arrives for one Engine.IO session: polls, posts, the upgrade from polling to a WebSocket, and each packet. The client's
/// input is parsed outside of the session's lock, and output is queued in <see cref="EngineLifecycle.SendQueue"/>.
/// </summary>
public sealed class EngineSession : EngineLifecycle
{
    // Also the lock for parsing the client's input, because a post may still be parsed when the socket of an upgrade begins. It is always
    // acquired before the session's lock, and never by the clock or a writer. A separate lock would cost every idle session 40 bytes more.
    private readonly ReadThrottle _throttle = new();

    internal EngineSession(
        EngineSessionManager server,
        string id,
        EngineRequest request,
        EngineRevision revision,
        SocketTransport? socket,
        AddressKey address)
        : base(server, id, request, revision, socket, address)
    {
    }

    /// <summary>
    /// Throttles a client that exceeds a limit: pauses reading from it for the given time. Its silence does not count during the pause. The
    /// application calls this while it handles a message.
    /// </summary>
    /// <param name="milliseconds">The duration; 0 changes nothing.</param>
    /// <param name="limit">The exceeded limit, for the metric.</param>
    public void ThrottleReads(long milliseconds, string limit)
    {
        if (milliseconds <= 0)
        {
            return;
        }

        var now = Server.Now;
        if (_throttle.PauseUntil(milliseconds, now))
        {
            Server.Throttled(SendQueue, limit);
        }

        ExcuseSilence(_throttle.ReadAt);
    }

    /// <summary>Begins a poll. Returns null when the session accepts none. A second concurrent poll ends the session.</summary>
    internal PollTransport? BeginPoll(out bool overlaps)
    {
        lock (Gate)
        {
            overlaps = false;
            if (IsGone)
            {
                return null;
            }

            if (Transports.HasWaitingPoll)
            {
                overlaps = true;
                Close(EngineCloseReason.Overlap);
                return null;
            }

            ExpectNoRequest();
            var poll = Transports.BeginPoll();
            EndClosing();
            return poll;
        }
    }

    /// <summary>
    /// Handles the end of a poll's connection. It ends the session unless the poll was answered or the session has moved to another
    /// transport.
    /// </summary>
    internal void PollAborted(PollTransport poll)
    {
        lock (Gate)
        {
            if (poll.TryDrop())
            {
                Close(EngineCloseReason.TransportError);
            }
        }
    }

    /// <summary>Begins a post. Returns false when another one is under way, which ends the session and the other post.</summary>
    internal bool BeginPost(HttpContext context)
    {
        lock (Gate)
        {
            if (Transports.BeginPost(context))
            {
                ExpectNoRequest();
                return true;
            }

            Close(EngineCloseReason.Overlap);
            return false;
        }
    }

    internal void EndPost(HttpContext context)
    {
        lock (Gate)
        {
            Transports.EndPost(context);
        }
    }

    /// <summary>Handles the packets of a payload, including those before an invalid one.</summary>
    internal void Receive(List<EnginePacket> packets, EngineDecodeError error)
    {
        foreach (var packet in packets)
        {
            ReceiveOne(packet, EngineDecodeError.None);
        }

        if (error != EngineDecodeError.None)
        {
            ReceiveOne(default, error);
        }
        else if (packets.Count == 0)
        {
            // Revision 3 allows a long body without packets. It counts as one message against the rate.
            ReceiveOne(new EnginePacket(EnginePacketType.Noop, default), EngineDecodeError.None);
        }
    }

    /// <summary>Waits until the application can accept more input from this client.</summary>
    /// <param name="speaker">The source of the client's input. The wait ends with it.</param>
    /// <param name="ended">Returns the cancellation token of the source.</param>
    internal Task ReadyAsync<T>(T speaker, Func<T, CancellationToken> ended)
    {
        var wait = _throttle.ReadAt - Server.Now;

        // The token is only requested when there is something to wait for, because it must be created.
        return wait <= 0 || IsClosed
            ? Handler.ReadyAsync()
            : ReadThrottle.WaitAsync(TimeSpan.FromMilliseconds(wait), Server.Time, Handler.ReadyAsync, ended(speaker));
    }

    /// <summary>
    /// Handles one message of the session's own WebSocket. Always returns true, because later messages must be received even if they are
    /// discarded.
    /// </summary>
    internal async ValueTask<bool> ReceiveFrameAsync(ReadOnlyMemory<byte> data, bool isBinary)
    {
        ReceiveFrame(data, isBinary);
        await ReadyAsync(Transports.Socket!, static socket => socket.Closed);
        return true;
    }

    /// <summary>Begins the upgrade to a WebSocket. Returns null when another one is under way or the session cannot be upgraded.</summary>
    internal EngineUpgrade? BeginUpgrade()
    {
        lock (Gate)
        {
            if (IsClosed || Transports.Upgrade is not null || IsWebSocket)
            {
                return null;
            }

            ExpectNoRequest();
            Server.AddUpgrade(this);
            return Transports.Upgrade = new EngineUpgrade(
                this, Server.Now + (long)Server.Options.UpgradeTimeout.TotalMilliseconds);
        }
    }

    /// <summary>Returns whether an upgrade is still the session's current one. It is not after the session has ended.</summary>
    internal bool IsUpgradedBy(EngineUpgrade upgrade)
    {
        lock (Gate)
        {
            return ReferenceEquals(Transports.Upgrade, upgrade);
        }
    }

    /// <summary>Moves the session from polling to the WebSocket of an upgrade.</summary>
    internal bool TrySwitch(EngineUpgrade upgrade, SocketTransport socket)
    {
        lock (Gate)
        {
            var now = Server.Now;
            if (IsGone || !ReferenceEquals(Transports.Upgrade, upgrade) || upgrade.IsLate(now))
            {
                return false;
            }

            Transports.SwitchTo(socket);
            EndClosing();
            if (Revision == EngineRevision.V4)
            {
                BeginHeartbeat(now);
            }

            return true;
        }
    }

    /// <summary>Ends an upgrade. Without a switch the session stays on polling.</summary>
    internal void EndUpgrade(EngineUpgrade upgrade)
    {
        lock (Gate)
        {
            if (ReferenceEquals(Transports.Upgrade, upgrade))
            {
                Transports.Upgrade = null;
            }
        }
    }

    /// <summary>Handles the timeouts during an upgrade. A busy session gets its turn at the next tick.</summary>
    internal void TickUpgrade(long now)
    {
        if (!Gate.TryEnter())
        {
            return;
        }

        try
        {
            if (Transports.Upgrade is not { } upgrade)
            {
                // Under the lock, so that the next upgrade is not removed together with this one.
                Server.RemoveUpgrade(this);
            }
            else if (upgrade.IsLate(now))
            {
                // The upgrade stays current until its connection ends, as this call causes.
                upgrade.Close();
            }
            else if (upgrade.IsProbed)
            {
                Transports.EndPollForUpgrade();
            }
        }
        finally
        {
            Gate.Exit();
        }
    }

    /// <inheritdoc />
    private protected override void Register() => Server.Add(this);

    /// <inheritdoc />
    private protected override void Unregister() => Server.Remove(this);

    private void ReceiveFrame(ReadOnlyMemory<byte> data, bool isBinary)
    {
        var error = isBinary
            ? EnginePacketDecoder.DecodeBinary(data, Revision, out var packet)
            : EnginePacketDecoder.DecodeText(data, out packet);
        ReceiveOne(packet, error);
    }

    private void ReceiveOne(in EnginePacket packet, EngineDecodeError error)
    {
        lock (_throttle)
        {
            if (IsClosed)
            {
                return;
            }

            var act = error == EngineDecodeError.None && packet.Type == EnginePacketType.Message ? Handler.Read(packet) : null;
            lock (Gate)
            {
                if (IsClosed)
                {
                    return;
                }

                if (error == EngineDecodeError.None)
                {
                    Handle(packet.Type, act);
                }
                else
                {
                    Close(EngineCloseReason.ParseError);
                }
            }
        }
    }

    private void Handle(EnginePacketType type, Action? act)
    {
        var now = Server.Now;
        Hear(now);
        ThrottleReads(_throttle.Charge(Server.Connection.MessageRate, now), "messages");
        switch (type)
        {
            case EnginePacketType.Message:
                act?.Invoke();
                break;
            case EnginePacketType.Ping when Revision == EngineRevision.V3:
                SendQueue.Write(EngineMessages.Pong);
                break;
            case EnginePacketType.Pong when Revision == EngineRevision.V4:
                BeginHeartbeat(now);
                break;
            case EnginePacketType.Ping:
            case EnginePacketType.Pong:
                Close(EngineCloseReason.ParseError);
                break;
            case EnginePacketType.Close:
                Close(EngineCloseReason.ClientClosed);
                break;
            default:
                // Open, upgrade and noop have no effect here, as in the reference implementation.
                break;
        }
    }
}
