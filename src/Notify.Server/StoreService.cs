using Notify.Broker.History;

namespace Notify.Server;

/// <summary>Opens the history before anything can be sent, and closes it when nothing more can be.</summary>
internal sealed class StoreService(IHistoryStore store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    // What is accepted is written already; what waits is written before this ends.
    public async Task StopAsync(CancellationToken cancellationToken) => await store.DisposeAsync();
}
