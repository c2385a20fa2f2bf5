using Notify.Broker;
using Notify.Broker.Connections;
using Notify.Broker.Recovery;
using Notify.Broker.Revocations;
using Notify.Protocol.Tokens;
using Notify.Server.Options;
using Notify.Server.Sessions;

namespace Notify.Server.Access;

/// <summary>
/// Holds the rights of one connection: its identity, the channels that depend on it, and its deadlines. May be used on any thread; calls
/// to its <see cref="IIdentifiedConnection"/> are made without a lock.
/// </summary>
internal sealed class ConnectionAccess
{
    /// <summary>The number of refused refreshes that end a connection.</summary>
    public const int MaxRefusedTokens = 10;

    private static readonly TimeSpan RequireTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly GuardedChannels _guarded = new();
    private readonly AccessControl _control;
    private readonly ClientHandshake _handshake;
    private IIdentifiedConnection? _connection;
    private volatile ConnectionIdentity? _identity;

    // The identity while it is decided whether the connection opens. It is not indexed.
    private ConnectionIdentity? _assumed;
    private long _requiredAt = long.MaxValue;
    private bool _isWarned;
    private bool _isEnded;
    private int _refusedTokens;

    /// <summary>Creates the rights of a connection without an identity.</summary>
    public ConnectionAccess(AccessControl control, ClientHandshake handshake)
    {
        _control = control;
        _handshake = handshake;
    }

    /// <summary>Gets who the client is; null for nobody.</summary>
    public ConnectionIdentity? Identity => _identity ?? _assumed;

    /// <summary>Gets whether the server takes tokens.</summary>
    public bool TakesTokens => _control.Verifier is not null;

    /// <summary>Gets when <see cref="Tick"/> has something to do for the first time, in milliseconds of the monotonic clock.</summary>
    public long FirstDeadline => _identity?.WarnAt ?? _requiredAt;

    /// <summary>Returns how long the present token still lasts, in milliseconds; null for nobody.</summary>
    public long? RemainingMs => _identity?.RemainingAt(_control.Time.GetMilliseconds());

    /// <summary>Describes the client for an operator.</summary>
    public ConnectionFacts Describe()
    {
        var identity = _identity;
        return new ConnectionFacts(
            _connection?.ConnectionId,
            identity?.User,
            identity?.Claims.SessionId,
            identity?.RemainingAt(_control.Time.GetMilliseconds()),
            _handshake.Address.Address?.ToString(),
            _handshake.Origin);
    }

    /// <summary>Verifies the client's token: the one that it gave in its protocol, else that of its handshake.</summary>
    /// <param name="token">The token in the client's protocol; null or empty when there is none.</param>
    /// <param name="connectionId">The id of the connection, if it has one already.</param>
    public ValueTask<Identification> IdentifyAsync(string? token, string? connectionId)
    {
        var carried = string.IsNullOrEmpty(token) ? _handshake.Carried : new CarriedToken(token, IsBad: false);
        return !TakesTokens || carried == CarriedToken.None ? new(Identification.Nobody)
            : carried.Text is null ? new(Conclude(TokenResult.Refused(TokenFailure.Malformed), connectionId))
            : VerifyAsync(carried.Text, connectionId);
    }

    /// <summary>Refuses a token that is no text.</summary>
    public Identification RefuseMalformed() => Conclude(TokenResult.Refused(TokenFailure.Malformed), connectionId: null);

    /// <summary>Verifies a token of a client that is already connected. Nothing changes until <see cref="TryRefresh"/>.</summary>
    public async ValueTask<Identification> VerifyAsync(string token, string? connectionId)
    {
        var verification = _control.Verifier!.VerifyAsync(token);
        return Conclude(verification.IsCompletedSuccessfully ? verification.Result : await verification, connectionId);
    }

    /// <summary>Sets the identity that decides, before the connection is open.</summary>
    public void Assume(ConnectionIdentity? identity) => _assumed = identity;

    /// <summary>Gives the connection its first identity. Returns false at the limit of its user.</summary>
    public bool TryEnter(IIdentifiedConnection connection, ConnectionIdentity? identity)
    {
        _connection = connection;
        if (!TrySet(identity))
        {
            return false;
        }

        if (identity is null && _control.IsTokenRequired)
        {
            _requiredAt = _control.Time.GetMilliseconds() + (long)RequireTimeout.TotalMilliseconds;
        }

        return true;
    }

    /// <summary>Replaces the identity.</summary>
    /// <param name="next">The result of a verification.</param>
    /// <param name="result">The new identity, or why the former one stays.</param>
    /// <returns>The joined channels that the client may not have any more.</returns>
    public IReadOnlyList<string> TryRefresh(in Identification next, out Identification result)
    {
        result = next.Identity is not { } identity ? next
            : _identity is { User: { } user } && identity.User != user ? OtherUser()
            : TrySet(identity) ? next
            : new(null, JoinErrors.Limit);
        _control.Refreshed(result.Identity is not null);
        return result.Identity is null ? [] : Uncovered();
    }

    /// <summary>Returns what the token of a single join counts for. If it has a user, that is the user of the connection.</summary>
    public Identification ForJoin(in Identification token) =>
        token.Identity is { User: { } user } && user != Identity?.User ? OtherUser() : token;

    /// <summary>Counts a refused refresh. Returns whether the connection has to end.</summary>
    public bool CountRefused() => !_control.IsObserving && Interlocked.Increment(ref _refusedTokens) >= MaxRefusedTokens;

    /// <summary>Decides on a join, and records it when it is allowed.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="joinToken">The token of the join; null without one.</param>
    public JoinPermit Judge(string channel, ConnectionIdentity? joinToken = null)
    {
        var decision = AccessDecision.Of(_control.Rules, channel, Identity?.Claims, joinToken?.Claims, _handshake.HasCredentials);
        if (decision.Outcome != AccessOutcome.Ask)
        {
            return Settle(channel, decision, decision.Error, joinToken);
        }

        if (!_control.IsObserving)
        {
            _guarded.BeginAsk(channel);
            return new JoinPermit(null, Pending: decision);
        }

        // Only for the count. The client does not wait.
        _ = ObserveAsync(channel, decision);
        return JoinPermit.Granted;
    }

    /// <summary>Returns whether the client may join a channel without that its backend is asked.</summary>
    public bool MayJoin(string channel) =>
        AccessDecision.Of(_control.Rules, channel, Identity?.Claims).Outcome == AccessOutcome.Allowed || _control.IsObserving;

    /// <summary>Asks the backend about a join, and records it when it is allowed.</summary>
    public async Task<JoinPermit> AskAsync(string channel, AccessDecision decision, ConnectionIdentity? joinToken = null)
    {
        var error = await AskAsync(channel, Identity?.Claims);
        return _guarded.EndAsk(channel) ? Settle(channel, decision, error, joinToken) : new JoinPermit(JoinErrors.Left);
    }

    /// <summary>Returns whether the client may use a channel without another decision: it is open, or the client has joined it.</summary>
    public bool HasJoined(string channel) =>
        _control.IsObserving || _control.Rules.Find(channel).Rule == AccessRule.Open || _guarded.Contains(channel);

    /// <summary>Forgets a channel that the client leaves. A join of it that waits for the backend ends.</summary>
    public void Forget(string channel) => _guarded.Remove(channel);

    /// <summary>Returns whether the client may continue a former session with its channels. A position or an id grants nothing.</summary>
    /// <param name="owner">Whose session it is.</param>
    /// <param name="channels">Its channels.</param>
    public async ValueTask<bool> MayContinueAsync(SessionOwner owner, IEnumerable<string> channels)
    {
        var identity = _identity;
        if (!_control.IsObserving && !owner.Admits(identity?.User, _control.Rules.IsOpen))
        {
            return false;
        }

        foreach (var channel in channels)
        {
            var decision = AccessDecision.Of(_control.Rules, channel, identity?.Claims, hasCredentials: _handshake.HasCredentials);
            var error = decision.Outcome == AccessOutcome.Ask && !_control.IsObserving
                ? await AskAsync(channel, identity?.Claims)
                : decision.Error;
            if (Settle(channel, decision, error, joinToken: null).Error is not null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Handles the deadlines that are due. Returns when to call it again, in milliseconds of the monotonic clock.</summary>
    public long Tick(long now)
    {
        if (_connection is not { } connection)
        {
            // It is being opened.
            return now;
        }

        if (_isEnded)
        {
            return long.MaxValue;
        }

        var identity = _identity;
        if (identity is null && now >= _requiredAt)
        {
            connection.EndUnidentified();
            return long.MaxValue;
        }

        if (identity is not null && now >= identity.EndsAt)
        {
            connection.EndExpired();
            return long.MaxValue;
        }

        if (identity is not null && now >= identity.WarnAt && !_isWarned)
        {
            _isWarned = true;
            connection.WarnOfExpiry(identity.RemainingAt(now));
        }

        var next = identity is null ? _requiredAt : _isWarned ? identity.EndsAt : identity.WarnAt;
        foreach (var channel in _guarded.TakeExpired(now, ref next))
        {
            connection.LeaveForbidden(channel);
        }

        return next;
    }

    /// <summary>Returns whether an order of a backend selects this connection.</summary>
    public bool IsSelected(DisconnectOrder order)
    {
        var claims = _identity?.Claims;
        var isNamed = order.User is { } user ? claims?.User == user
            : order.Session is { } session ? claims?.SessionId == session
            : order.TokenId is { } token && claims?.Id == token;
        return isNamed && (order.Before is null || claims!.IssuedAt <= order.Before);
    }

    /// <summary>Ends the connection if an order selects it. Returns whether it does.</summary>
    public bool Disconnect(DisconnectOrder order)
    {
        if (_isEnded || !IsSelected(order))
        {
            return false;
        }

        _connection?.Disconnect(order.Kind, order.Reason);
        return true;
    }

    /// <summary>Removes the connection from the index. Further calls do nothing.</summary>
    public void End()
    {
        ConnectionIdentity? identity;
        lock (_lock)
        {
            if (_isEnded || _connection is null)
            {
                return;
            }

            _isEnded = true;
            (identity, _identity) = (_identity, null);
        }

        _guarded.Clear();

        _control.Directory.Remove(this, identity);
    }

    private Identification Conclude(TokenResult result, string? connectionId)
    {
        if (result.Claims?.ConnectionId is { } only && only != connectionId)
        {
            result = result.ButRefused(TokenFailure.WrongConnection);
        }

        if (result.Claims is { } claims)
        {
            return new(
                ConnectionIdentity.Of(
                    claims, _control.Time.GetUtcNow(), _control.Time.GetMilliseconds(), _control.Skew, Random.Shared.NextDouble()),
                Error: null);
        }

        _control.RefusedToken(result, _handshake.Address);
        if (_control.IsObserving && result.Failure is not (TokenFailure.Revoked or TokenFailure.Blocked))
        {
            return Ignore(result.Code);
        }

        return new(null, result.Code);
    }

    private Identification OtherUser() => _control.IsObserving ? Ignore(TokenCodes.OtherUser) : new(null, TokenCodes.OtherUser);

    private Identification Ignore(string code)
    {
        _control.Observations.Add(_handshake.ObservationOf(pattern: null, code), channel: null);
        return new(null, Error: null, WouldRefuse: code);
    }

    private bool TrySet(ConnectionIdentity? identity)
    {
        lock (_lock)
        {
            var before = _identity;
            if (!_control.Directory.TrySet(this, before, identity))
            {
                _control.RefusedUser();
                return false;
            }

            (_identity, _assumed) = (identity, null);
            (_isWarned, _isEnded) = (false, false);
            return true;
        }
    }

    private JoinPermit Settle(string channel, in AccessDecision decision, string? error, ConnectionIdentity? joinToken)
    {
        if (error is null)
        {
            // The broker would refuse the join as well, but only after the channel was stored here.
            if (decision.Rule != AccessRule.Open && !_guarded.TryAdd(channel, joinToken, _control.MaxJoins))
            {
                _control.RefusedJoin();
                return new JoinPermit(JoinErrors.Limit);
            }

            _control.Decided(decision.Rule, error: null);
            return JoinPermit.Granted;
        }

        if (_control.IsObserving)
        {
            _control.Decided(decision.Rule, error, isObserved: true);
            _control.Observations.Add(_handshake.ObservationOf(decision.Pattern?.ToString(), error), channel);
            return new JoinPermit(null, error);
        }

        _control.Decided(decision.Rule, error);
        return new JoinPermit(error);
    }

    private string[] Uncovered()
    {
        var (rules, claims, hasCredentials) = (_control.Rules, _identity?.Claims, _handshake.HasCredentials);
        var decisions = _guarded.All.Select(join =>
            (join.Key, AccessDecision.Of(rules, join.Key, claims, join.Value?.Claims, hasCredentials).Outcome));
        var lost = new List<string>();
        foreach (var (channel, outcome) in decisions)
        {
            if (outcome == AccessOutcome.Ask)
            {
                _ = AskAgainAsync(channel);
            }
            else if (outcome != AccessOutcome.Allowed && !_control.IsObserving)
            {
                Forget(channel);
                lost.Add(channel);
            }
        }

        return [.. lost];
    }

    // The backend may have changed its mind about a channel that it allowed. Without an answer the client keeps it.
    private async Task AskAgainAsync(string channel)
    {
        if (await AskAsync(channel, Identity?.Claims) is JoinErrors.Forbidden or JoinErrors.Unauthorized)
        {
            Forget(channel);
            _connection?.LeaveForbidden(channel);
        }
    }

    private async Task<string?> AskAsync(string channel, TokenClaims? claims)
    {
        return await _control.Authorize!.AskAsync(_handshake.QuestionFor(channel, claims, _connection?.ConnectionId ?? "")) switch
        {
            AuthorizeAnswer.Allowed => null,
            AuthorizeAnswer.Forbidden => JoinErrors.Forbidden,
            AuthorizeAnswer.Unauthorized => JoinErrors.Unauthorized,
            _ => JoinErrors.Unavailable,
        };
    }

    private async Task ObserveAsync(string channel, AccessDecision decision) =>
        Settle(channel, decision, await AskAsync(channel, Identity?.Claims), joinToken: null);
}
