using Akka.Actor;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Broker.Revocations;
using Notify.Protocol.Events;
using Notify.Protocol.Tokens;
using Notify.Server.Access;
using Notify.Server.Inboxes;
using Notify.Server.Limits;
using Notify.Server.Sessions;

namespace Notify.Server.Events;

/// <summary>Manages one event stream, which is joined to the same channels from beginning to end.</summary>
internal sealed class EventSession : ClientSession, IIdentifiedConnection
{
    // After a lost connection, clients reconnect spread over this time. Browsers use it until they receive another value.
    private static readonly TimeSpan SoonestRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetrySpread = TimeSpan.FromSeconds(2);

    private readonly EventTransport _transport;
    private readonly EventAdmission? _admission;
    private CommandGate? _gate;
    private long _keepAliveAt;
    private long _wakeAt;

    /// <summary>Creates the session.</summary>
    /// <param name="server">The sessions.</param>
    /// <param name="transport">Writes the stream.</param>
    /// <param name="address">The key to which the connection is charged.</param>
    /// <param name="admission">The rights of the connection; null when everybody may join every channel.</param>
    public EventSession(SessionManager server, EventTransport transport, AddressKey address, EventAdmission? admission = null)
        : base(server, ConnectionProtocol.Events, address)
    {
        _transport = transport;
        _admission = admission;
        _keepAliveAt = server.Now + server.KeepAliveInterval;
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
            _admission?.Access.End();
            Leave();
            await _transport.CloseAsync();
        }
    }

    /// <summary>Gets whether the client is told of the marks of those channels that are its inbox.</summary>
    public bool WantsInbox { get; init; }

    /// <summary>Gets the announcement channels that the client follows with its inbox. It has joined them, too.</summary>
    public IReadOnlyList<string> Follow { get; init; } = [];

    /// <inheritdoc />
    public string ConnectionId => Id;

    /// <inheritdoc />
    public override ConnectionFacts Describe() => _admission?.Access.Describe() ?? base.Describe();

    /// <inheritdoc />
    public void LeaveForbidden(string channel)
    {
        _gate!.Enter();
        Connection.Tell(new ConnectionCommands.Leave(
            channel, () => SendQueue.Write(EventAdmission.Refusal(channel, JoinErrors.Forbidden)), _gate));
    }

    /// <inheritdoc />
    public void WarnOfExpiry(long expiresInMs) => SendQueue.Write(EventMessages.Expiring(expiresInMs));

    /// <inheritdoc />
    public void EndExpired() =>
        Close(
            ConnectionEnds.TokenExpired,
            "the token has expired",
            static () => { },
            EventMessages.Expired,
            EventMessages.Retry(TimeSpan.FromSeconds(1)));

    /// <inheritdoc />
    public void EndUnidentified() => EndRefused(JoinErrors.Unauthorized, AccessSentences.TokenRequired);

    /// <inheritdoc cref="ClientSession.Disconnect" />
    public override void Disconnect(DisconnectKind kind, string reason)
    {
        switch (kind)
        {
            case DisconnectKind.Reconnect:
                Close(
                    ConnectionEnds.Disconnected,
                    "the backend wants it to reconnect",
                    static () => { },
                    EventMessages.Retry(TimeSpan.FromSeconds(1)));
                break;
            case DisconnectKind.Revoked:
                EndRefused(TokenCodes.Revoked, TokenCodes.Sentence(TokenCodes.Revoked));
                break;
            case DisconnectKind.Blocked:
                EndRefused(TokenCodes.Blocked, TokenCodes.Sentence(TokenCodes.Blocked));
                break;
            default:
                EndRefused("disconnected", reason.Length > 0 ? reason : AccessSentences.Disconnected);
                break;
        }
    }

    protected override string TransportName => "event stream";

    protected override void Beat(long now)
    {
        if (_admission is not null && now >= _wakeAt)
        {
            _wakeAt = _admission.Access.Tick(now);
        }

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
        foreach (var refusal in _admission?.Refusals ?? [])
        {
            SendQueue.Write(refusal);
        }

        var gate = _gate = new CommandGate(channels.Count);
        foreach (var channel in channels)
        {
            gate.Enter();
            var reply = Server.JoinLog.Follow(Id, channel, new EventJoinReply(channel), positions.Find(channel) is not null);
            var isTold = WantsInbox && InboxRights.Refuse(channel, Server.KindOf(channel), _admission?.Access) is null;
            Connection.Tell(
                new ConnectionCommands.Join(channel, EventFormat.Instance, reply, gate, positions.Find(channel), isTold));
            Server.Follow(channel, isTold, _admission?.Access, Follow);
        }

        // Before anything is written, so that a client that has heard something is listed.
        Server.Add(this, handshake);

        // From here on the transport owns the positions.
        SendQueue.Use(_transport);
        if (_admission?.TryEnter(this) == false)
        {
            Close(
                ConnectionEnds.Limit,
                "its user has too many connections",
                static () => { },
                EventMessages.Retry(SessionManager.RetryAfter()));
        }
    }

    private void EndRefused(string code, string message) =>
        Close(
            code is TokenCodes.Revoked or TokenCodes.Blocked ? ConnectionEnds.TokenRevoked : ConnectionEnds.Disconnected,
            code,
            static () => { },
            EventMessages.Refused(channel: null, code, message));
}
