using Notify.Broker;
using Notify.Broker.Clustering;
using Notify.Broker.Revocations;
using Notify.Server.Access;
using Notify.Server.Options;
using Notify.Server.Tls;

namespace Notify.Server.Troubles;

/// <summary>
/// Collects the facts of this node for <see cref="TroubleRules"/>. It looks every second, so that it knows when a trouble began that
/// nobody asked about.
/// </summary>
internal sealed class NodeTroubles : INodeTroubles, IHostedService, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExpiresSoon = TimeSpan.FromDays(14);

    // These are logged at most once a minute while they last.
    private static readonly TimeSpan WarningAge = TimeSpan.FromMinutes(2);

    // Nothing else that is wrong shows these.
    private static readonly HashSet<string> Warnings = new(StringComparer.Ordinal)
    {
        "SecretRefused", "SlowClients", "TokensRefused", "StoreFull", "TlsRefused", "SecretsFileRefused",
    };

    private readonly TroubleClock _clock = new();
    private readonly IServiceProvider _services;
    private readonly KeySet? _keySet;
    private readonly IAuthorizeClient? _authorize;
    private readonly TlsReloader? _tls;
    private readonly BrokerNode _node;
    private readonly NotifyOptions _options;
    private readonly RevokedTokens _revocations;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TroubleLog _log;
    private readonly TimeProvider _time;
    private DateTime? _nodeCertificateExpires;
    private ITimer? _timer;

    /// <summary>Prepares looking.</summary>
    /// <param name="services">Contains the certificate between nodes, which a single node does not have.</param>
    /// <param name="node">The node.</param>
    /// <param name="options">The settings.</param>
    /// <param name="revocations">The revocations.</param>
    /// <param name="lifetime">Knows whether the server stops.</param>
    /// <param name="log">The log entries.</param>
    /// <param name="time">The clock.</param>
    /// <param name="keySet">The key set; null without <c>NOTIFY_TOKEN_JWKS</c>.</param>
    /// <param name="authorize">The client of the backend that is asked about joins; null without <c>NOTIFY_AUTHORIZE_URL</c>.</param>
    /// <param name="tls">The certificate of the listener; null without TLS.</param>
    public NodeTroubles(
        IServiceProvider services,
        BrokerNode node,
        NotifyOptions options,
        RevokedTokens revocations,
        IHostApplicationLifetime lifetime,
        TroubleLog log,
        TimeProvider time,
        KeySet? keySet = null,
        IAuthorizeClient? authorize = null,
        TlsReloader? tls = null)
    {
        (_services, _node, _options, _revocations) = (services, node, options, revocations);
        (_lifetime, _log, _time) = (lifetime, log, time);
        (_keySet, _authorize, _tls) = (keySet, authorize, tls);
    }

    /// <inheritdoc />
    public IReadOnlyList<CurrentTrouble> FindCurrent() => _clock.Date(TroubleRules.Find(Look()), _time.GetUtcNow());

    /// <inheritdoc />
    public NodeTroubleReport Read() => new(FindCurrent(), _log.All);

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A certificate that is derived from the secret is made at each start.
        if (_options.Broker.Cluster is { IsClustered: true, CertificatePath: not null })
        {
            _nodeCertificateExpires = _services.GetRequiredService<NodeIdentity>().Certificate.NotAfter.ToUniversalTime();
        }

        _timer = _time.CreateTimer(_ => FindCurrent(), state: null, Interval, Interval);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose() => _timer?.Dispose();

    private NodeFacts Look() => new()
    {
        IsDraining = _lifetime.ApplicationStopping.IsCancellationRequested,
        IsStarted = _node.IsStarted,
        LacksRevocations = _options.Token.HasKeys && !_revocations.IsRead,
        HasQuorum = _node.Membership.HasQuorum,
        Store = _node.Store.Trouble,
        Damage = _node.Store.Damage,
        IsRegionSilent = _node.Probe is { IsSilent: true },
        KeySet = _keySet?.Failure,
        HasKeySet = _keySet is { Count: > 0 },
        IsAuthorizeFailing = _authorize is { IsFailing: true },
        Seeds = _options.Broker.Cluster.Seeds.Count,
        MemberCount = _node.Membership.Members.Count,
        Unreachable = [.. _node.Membership.Unreachable.Select(static node => $"{node.Host}:{node.Port}")],
        Certificates = [.. FindCertificates(_time.GetUtcNow())],
        Warnings = FindWarnings(_time.GetUtcNow()),
        Limits = _node.Metrics.Limits.Recent,
    };

    private IReadOnlyList<LoggedTrouble> FindWarnings(DateTimeOffset now) =>
    [
        .. _log.All.TakeWhile(entry => now - entry.Time < WarningAge)
            .Where(static entry => Warnings.Contains(entry.Event))
            .DistinctBy(static entry => entry.Event),
    ];

    private IEnumerable<string> FindCertificates(DateTimeOffset now)
    {
        if (_tls?.Current.Warning(now) is { } warning)
        {
            yield return warning;
        }

        if (_nodeCertificateExpires is { } expires && expires - now.UtcDateTime < ExpiresSoon)
        {
            yield return $"The certificate of this node, NOTIFY_CLUSTER_TLS_CERT={_options.Broker.Cluster.CertificatePath}, expires on "
                + $"{expires:yyyy-MM-dd HH:mm} UTC; renew it and restart the node";
        }
    }
}
