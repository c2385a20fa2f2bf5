using Microsoft.Extensions.Logging.Abstractions;
using Notify.Broker;
using Notify.Server.Limits;

namespace Notify.Server.Tests.Support;

/// <summary>Provides the limits for clients without a server.</summary>
internal sealed class StrangerLimits : IDisposable
{
    public StrangerLimits(AddressLimitOptions? options = null, int maxConnections = 10, long maxReceived = long.MaxValue)
    {
        Refusals = new RefusalLog(NullLogger<RefusalLog>.Instance, TimeProvider.System);
        Addresses = new AddressLimits(options ?? new AddressLimitOptions(), Metrics, Refusals, NullLogger<AddressLimits>.Instance);
        Connections = new ConnectionLimits(maxConnections, maxConnections, Addresses, Metrics, Refusals);
        Received = new ReceiveAccount(maxReceived, Metrics, Refusals);
    }

    public BrokerMetrics Metrics { get; } = new();

    public RefusalLog Refusals { get; }

    public AddressLimits Addresses { get; }

    public ConnectionLimits Connections { get; }

    public ReceiveAccount Received { get; }

    public void Dispose()
    {
        Refusals.Dispose();
        Metrics.Dispose();
    }
}
