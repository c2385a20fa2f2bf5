using Microsoft.Net.Http.Headers;
using Notify.Broker.Metrics;
using Notify.Protocol.Tokens;
using Notify.Server.Limits;
using Notify.Server.Options;

namespace Notify.Server.Access;

/// <summary>
/// Holds what decides about clients on this node: keys, rules, and the mode. Each connection has a <see cref="ConnectionAccess"/>.
/// </summary>
internal sealed class AccessControl
{
    private readonly NotifyOptions _options;
    private readonly TokenCarriers _carriers;
    private readonly AddressLimits _addresses;
    private readonly BrokerMetrics _metrics;
    private readonly TokenRefusals? _refusals;

    /// <summary>Creates the control of a node.</summary>
    public AccessControl(
        NotifyOptions options,
        AddressLimits addresses,
        IdentityDirectory directory,
        Observations observations,
        BrokerMetrics metrics,
        TimeProvider time,
        TokenRefusals? refusals = null,
        ITokenVerifier? verifier = null,
        IAuthorizeClient? authorize = null)
    {
        _options = options;
        _carriers = new TokenCarriers(options.Token, options.Connection.Origins);
        _addresses = addresses;
        _metrics = metrics;
        _refusals = refusals;
        Directory = directory;
        metrics.Connections.ObserveIdentities(() => (directory.Users, directory.Bearers));
        Observations = observations;
        Time = time;
        Verifier = verifier;
        Authorize = authorize;
    }

    /// <summary>Gets what verifies tokens; null without a key.</summary>
    public ITokenVerifier? Verifier { get; }

    /// <summary>Gets what asks the backend; null without a URL.</summary>
    public IAuthorizeClient? Authorize { get; }

    /// <summary>Gets the identified connections.</summary>
    public IdentityDirectory Directory { get; }

    /// <summary>Gets what would be refused.</summary>
    public Observations Observations { get; }

    /// <summary>Gets the clock of tokens.</summary>
    public TimeProvider Time { get; }

    /// <summary>Gets the rules.</summary>
    public AccessRules Rules => _options.Access.Rules;

    /// <summary>Gets whether nobody is refused for missing rights.</summary>
    public bool IsObserving => _options.Access.Mode == AccessMode.Observe;

    /// <summary>Gets whether connections without a token are ended.</summary>
    public bool IsTokenRequired => _options.Token.IsRequired && !IsObserving;

    /// <summary>Gets the tolerated difference between clocks.</summary>
    public TimeSpan Skew => _options.Token.Skew;

    /// <summary>Gets the largest number of channels that one connection may join.</summary>
    public int MaxJoins => _options.Broker.MaxJoins;

    // Without keys and rules nothing can be decided, and the drop-in pays nothing.
    private bool IsOn => Verifier is not null || !Rules.IsOpen;

    /// <summary>Begins the access of a connection. Returns null when every client may join every channel.</summary>
    /// <param name="context">The handshake.</param>
    /// <param name="transport"><c>socketio</c>, <c>websocket</c> or <c>events</c>.</param>
    /// <param name="isLink">Whether the request is that of a link, which the user may follow on any page.</param>
    public ConnectionAccess? Begin(HttpContext context, string transport, bool isLink = false)
    {
        if (!IsOn)
        {
            return null;
        }

        var origin = context.Request.Headers.Origin.ToString();
        var carried = Verifier is null ? CarriedToken.None : _carriers.Read(context, isLink);
        var handshake = new ClientHandshake(carried, _addresses.Find(context), origin.Length == 0 ? null : origin, transport)
        {
            Headers = Authorize is null ? [] : HeadersOf(context),
        };
        return new ConnectionAccess(this, handshake);
    }

    /// <summary>Counts a decision on a join.</summary>
    /// <param name="rule">The rule of the channel.</param>
    /// <param name="error">The error that the client gets; null for none.</param>
    /// <param name="isObserved">Whether the client does not get the error, because the rules are only observed.</param>
    public void Decided(AccessRule rule, string? error, bool isObserved = false) => _metrics.Access.Decided(
        AccessRules.NameOf(rule), error is null ? "allow" : isObserved ? "would_refuse" : "refuse");

    /// <summary>Counts a connection that is refused because its user has too many.</summary>
    public void RefusedUser() => _metrics.Limits.Refused("user");

    /// <summary>Counts a join that is refused because the connection has too many.</summary>
    public void RefusedJoin() => _metrics.Limits.Refused("joins");

    /// <summary>Counts a new token of an open connection.</summary>
    public void Refreshed(bool isAccepted) => _metrics.Access.TokenRefreshed(isAccepted);

    /// <summary>Counts and logs a refused token, and limits the address that it came from.</summary>
    public void RefusedToken(TokenResult result, ClientAddress address)
    {
        _refusals?.Add(result, address.Address);
        if (result.Failure != TokenFailure.NoKeys)
        {
            _addresses.RefusedToken(address);
        }
    }

    // A browser sends cookies whichever page causes the request. The backend must not take that page for one of its own.
    private KeyValuePair<string, string>[] HeadersOf(HttpContext context)
    {
        var headers = context.Request.Headers;
        return
        [
            .. _options.Authorize.Headers
                .Where(name => headers.ContainsKey(name) && (name != HeaderNames.Cookie || _carriers.MayUseCookies(context)))
                .Select(name => KeyValuePair.Create(name, headers[name].ToString())),
        ];
    }
}
