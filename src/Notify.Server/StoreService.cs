using Notify.Broker.History;

namespace Notify.Server;

/// <summary>Opens the history store before anything can be published, and closes it when nothing more can be.</summary>
internal sealed class StoreService(IHistoryStore store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    // All accepted notifications are already written. Requests that still wait are written before this completes.
    public async Task StopAsync(CancellationToken cancellationToken) => await store.DisposeAsync();
}
