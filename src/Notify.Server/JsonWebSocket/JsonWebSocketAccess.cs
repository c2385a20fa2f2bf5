using Akka.Actor;
using Notify.Broker.Connections;
using Notify.Broker.Revocations;
using Notify.Protocol;
using Notify.Protocol.JsonWebSocket;
using Notify.Protocol.Tokens;
using Notify.Server.Access;
using Notify.Server.Sessions;

namespace Notify.Server.JsonWebSocket;

/// <summary>
/// Implements the rights of one JSON WebSocket: its tokens, its joins, and the messages with which the server reports changes.
/// </summary>
/// <param name="session">The session.</param>
/// <param name="access">The rights of the connection.</param>
/// <param name="gate">Limits the commands under way.</param>
internal sealed class JsonWebSocketAccess(JsonWebSocketSession session, ConnectionAccess access, CommandGate gate)
    : IIdentifiedConnection
{
    private Task _verifying = Task.CompletedTask;
    private long _wakeAt;

    /// <inheritdoc />
    public string ConnectionId => session.Id;

    /// <summary>Gets the rights of the connection.</summary>
    public ConnectionAccess Rights => access;

    /// <summary>Gets whether the server takes tokens.</summary>
    public bool TakesTokens => access.TakesTokens;

    /// <summary>Describes the client for an operator.</summary>
    public ConnectionFacts Describe() => access.Describe();

    /// <summary>Gives the connection its identity. Returns false at the limit of its user.</summary>
    public bool TryEnter(ConnectionIdentity? identity) => access.TryEnter(this, identity);

    /// <summary>Creates the first message; null for a client without a token.</summary>
    public WireMessage? Welcome() => access.Identity is { } identity
        ? JsonWebSocketMessages.Welcome(session.Id, identity.User, identity.RemainingAt(session.Now))
        : null;

    /// <summary>Handles deadlines that are due.</summary>
    public void Tick(long now)
    {
        if (now >= Volatile.Read(ref _wakeAt))
        {
            // Before the call, because a token that comes meanwhile sets it to 0.
            Volatile.Write(ref _wakeAt, long.MaxValue);
            var next = access.Tick(now);
            Interlocked.CompareExchange(ref _wakeAt, next, long.MaxValue);
        }
    }

    /// <summary>Removes the connection from the index.</summary>
    public void End() => access.End();

    /// <summary>Forgets a channel that the client leaves.</summary>
    public void Forget(string channel) => access.Forget(channel);

    /// <summary>Waits until the client's token is verified, which nothing overtakes, and until more commands are accepted.</summary>
    public Task ReadyAsync() => _verifying.IsCompleted ? gate.WaitAsync() : Task.WhenAll(_verifying, gate.WaitAsync());

    /// <summary>Verifies a token, and uses it from now on.</summary>
    public void Authenticate(JsonWebSocketCommand.Auth auth)
    {
        var verification = access.VerifyAsync(auth.Token, session.Id);
        if (verification.IsCompletedSuccessfully)
        {
            Refresh(verification.Result, auth.Id);
        }
        else
        {
            _verifying = RefreshAsync(verification, auth.Id);
        }
    }

    /// <summary>Joins a channel if the client may have it.</summary>
    /// <param name="name">The channel.</param>
    /// <param name="join">The request.</param>
    /// <param name="answer">The answer to the client.</param>
    /// <param name="reply">The same answer, which is logged as well.</param>
    public void Join(string name, JsonWebSocketCommand.Join join, JsonWebSocketJoinReply answer, JoinReply reply)
    {
        if (string.IsNullOrEmpty(join.Token) || !access.TakesTokens)
        {
            Settle(access.Judge(name), name, join, joinToken: null, answer, reply);
            return;
        }

        var verification = access.VerifyAsync(join.Token, session.Id);
        if (verification.IsCompletedSuccessfully)
        {
            JoinWith(verification.Result, name, join, answer, reply);
        }
        else
        {
            _verifying = JoinAsync(verification, name, join, answer, reply);
        }
    }

    /// <inheritdoc />
    public void LeaveForbidden(string channel)
    {
        gate.Enter();
        session.Connection.Tell(new ConnectionCommands.Leave(
            channel, () => session.SendQueue.Write(JsonWebSocketMessages.Left(channel, JoinErrors.Forbidden)), gate));
    }

    /// <inheritdoc />
    public void WarnOfExpiry(long expiresInMs) => session.SendQueue.Write(JsonWebSocketMessages.Expiring(expiresInMs));

    /// <inheritdoc />
    public void EndExpired() => session.EndWith(
        JsonWebSocketCloses.TokenExpired,
        JsonWebSocketMessages.Closing(TokenCodes.Expired, TokenCodes.Sentence(TokenCodes.Expired)));

    /// <inheritdoc />
    public void EndUnidentified() => session.EndWith(
        JsonWebSocketCloses.BadToken,
        JsonWebSocketMessages.Closing(JoinErrors.Unauthorized, AccessSentences.TokenRequired));

    /// <inheritdoc />
    public void Disconnect(DisconnectKind kind, string reason) => session.Disconnect(kind, reason);

    private async Task RefreshAsync(ValueTask<Identification> verification, ReadOnlyMemory<byte> id) => Refresh(await verification, id);

    private void Refresh(in Identification next, ReadOnlyMemory<byte> id)
    {
        var lost = access.TryRefresh(next, out var result);
        session.SendQueue.Trace?.Refreshed(result.Error);
        if (result.Error is { } error)
        {
            Refuse(JsonWebSocketMessages.Error(new JsonWebSocketError(error, AccessSentences.OfToken(error), id)), error);
            return;
        }

        session.SendQueue.Write(JsonWebSocketMessages.Authed(access.Identity?.User, access.RemainingMs ?? 0, id, result.WouldRefuse));
        Volatile.Write(ref _wakeAt, 0);
        foreach (var channel in lost)
        {
            LeaveForbidden(channel);
        }
    }

    private async Task JoinAsync(
        ValueTask<Identification> verification,
        string name,
        JsonWebSocketCommand.Join join,
        JsonWebSocketJoinReply answer,
        JoinReply reply) =>
        JoinWith(await verification, name, join, answer, reply);

    private void JoinWith(
        in Identification token, string name, JsonWebSocketCommand.Join join, JsonWebSocketJoinReply answer, JoinReply reply)
    {
        var own = access.ForJoin(token);
        if (own.Error is { } error)
        {
            Refuse(JsonWebSocketMessages.Error(new JsonWebSocketError(error, AccessSentences.OfToken(error), join.Id), name), error);
            return;
        }

        answer.WouldRefuse = own.WouldRefuse;
        Settle(access.Judge(name, own.Identity), name, join, own.Identity, answer, reply);
    }

    private void Refuse(WireMessage answer, string error)
    {
        session.SendQueue.Write(answer);
        if (access.CountRefused())
        {
            session.EndWith(JsonWebSocketCloses.ProtocolError, JsonWebSocketMessages.Closing(error, AccessSentences.OfToken(error)));
        }
    }

    private void Settle(
        JoinPermit permit,
        string name,
        JsonWebSocketCommand.Join join,
        ConnectionIdentity? joinToken,
        JsonWebSocketJoinReply answer,
        JoinReply reply)
    {
        if (permit.Pending is { } decision)
        {
            // The other joins of the client do not wait for the backend.
            gate.Enter();
            _ = AskAsync(decision, name, join, joinToken, answer, reply);
        }
        else if (permit.Error is { } error)
        {
            answer.IsRefusedByRules = error is not (JoinErrors.Left or JoinErrors.Limit);
            reply.Failed(session.SendQueue, error);
        }
        else
        {
            answer.WouldRefuse ??= permit.WouldRefuse;
            session.Join(name, join, reply);
            if (joinToken is not null)
            {
                Volatile.Write(ref _wakeAt, 0);
            }
        }
    }

    private async Task AskAsync(
        AccessDecision decision,
        string name,
        JsonWebSocketCommand.Join join,
        ConnectionIdentity? joinToken,
        JsonWebSocketJoinReply answer,
        JoinReply reply)
    {
        var permit = await access.AskAsync(name, decision, joinToken);
        Settle(permit, name, join, joinToken, answer, reply);
        gate.Leave();
    }
}
