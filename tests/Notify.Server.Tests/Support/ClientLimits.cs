using Microsoft.Extensions.Logging.Abstractions;
using Notify.Broker.Metrics;
using Notify.Server.Backends;
using Notify.Server.Limits;
using Notify.Server.Options;

namespace Notify.Server.Tests.Support;

/// <summary>Provides the limits for clients without a server.</summary>
internal sealed class ClientLimits : IDisposable
{
    private readonly BackendLog _log = new(NullLogger<BackendLog>.Instance, TimeProvider.System);

    public ClientLimits(AddressLimitOptions? options = null, int maxConnections = 10, long maxReceived = long.MaxValue)
    {
        Refusals = new RefusalLog(NullLogger<RefusalLog>.Instance, TimeProvider.System);
        Addresses = new AddressLimits(
            options ?? new AddressLimitOptions(), Metrics, Refusals, TimeProvider.System, NullLogger<AddressLimits>.Instance);
        Connections = new ConnectionLimits(maxConnections, maxConnections, Addresses, Metrics, Refusals);
        Received = new ReceiveAccount(maxReceived, Metrics, Refusals);
    }

    public BrokerMetrics Metrics { get; } = new();

    public RefusalLog Refusals { get; }

    public AddressLimits Addresses { get; }

    public ConnectionLimits Connections { get; }

    public ReceiveAccount Received { get; }

    /// <summary>Creates the check of the secrets in the settings.</summary>
    public BackendAccess Backends(AccessOptions access) => new(
        access,
        new CurrentSecrets(new BackendSecrets(BackendSecrets.OfSettings(access, new SendRate(0, TimeProvider.System)))),
        Addresses,
        Metrics,
        _log);

    public void Dispose()
    {
        _log.Dispose();
        Refusals.Dispose();
        Metrics.Dispose();
    }
}
