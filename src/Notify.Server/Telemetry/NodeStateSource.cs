using Notify.Broker;
using Notify.Broker.Clustering;
using Notify.Broker.Metrics;
using Notify.Broker.Revocations;
using Notify.Server.Options;
using Notify.Server.Startup;
using Notify.Server.Tls;

namespace Notify.Server.Telemetry;

/// <summary>Connects the metrics of the process to what they describe: build, state, certificates, revocations.</summary>
/// <param name="metrics">The metrics.</param>
/// <param name="node">The node.</param>
/// <param name="options">The settings.</param>
/// <param name="identity">The certificate between nodes. A single node has none.</param>
/// <param name="revocations">The revocations.</param>
/// <param name="lifetime">Knows whether the server stops.</param>
/// <param name="tls">The certificate of the listener; none without TLS.</param>
internal sealed class NodeStateSource(
    BrokerMetrics metrics,
    BrokerNode node,
    NotifyOptions options,
    Lazy<NodeIdentity> identity,
    RevokedTokens revocations,
    IHostApplicationLifetime lifetime,
    IEnumerable<TlsReloader> tls) : IHostedService
{
    private readonly TlsReloader? _tls = tls.FirstOrDefault();

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.Node.SetBuild(ProductVersion.Current.Number, ProductVersion.Current.Commit ?? "unknown");
        metrics.Node.ObserveState(State);
        metrics.Node.ObserveCertificates(Certificates);
        metrics.Store.ObserveTrouble(() => node.Store.Trouble is not null);
        metrics.Access.ObserveRevocations(kind => revocations.CountOf(kind));

        // OpenTelemetry's service starts before all others and collects by now.
        metrics.BeginSeries();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string State() =>
        lifetime.ApplicationStopping.IsCancellationRequested ? "draining"
        : !node.IsStarted || (options.Token.HasKeys && !revocations.IsRead) ? "starting"
        : node.Membership.HasQuorum ? "ok"
        : "no_quorum";

    private IEnumerable<(string Which, DateTimeOffset Expiry)> Certificates()
    {
        if (_tls is not null)
        {
            yield return ("listen", _tls.Current.Expires);
        }

        if (options.Broker.Cluster.IsClustered)
        {
            yield return ("node", new DateTimeOffset(identity.Value.Certificate.NotAfter.ToUniversalTime()));
        }
    }
}
