using System.Net.Sockets;

namespace Notify.Broker.Clustering;

/// <summary>Which of the seeds begins a cluster: the first of the list, and when that one is gone, the first of those that are here.</summary>
internal static class SeedOrder
{
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Whether this node is a seed, and none that stands before it in the list can be dialled.</summary>
    public static async Task<bool> IsFirstOfThoseHereAsync(IReadOnlyList<NodeAddress> seeds, NodeAddress self, CancellationToken cancellationToken)
    {
        var before = seeds.TakeWhile(seed => seed != self).ToList();
        if (before.Count == seeds.Count)
        {
            return false;
        }

        var answers = await Task.WhenAll(before.Select(seed => CanDialAsync(seed, cancellationToken)));
        return !answers.Contains(true);
    }

    /// <summary>The seeds with this node as the first.</summary>
    public static IEnumerable<NodeAddress> From(IReadOnlyList<NodeAddress> seeds, NodeAddress self) => seeds.Where(seed => seed != self).Prepend(self);

    private static async Task<bool> CanDialAsync(NodeAddress seed, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(DialTimeout);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(seed.Host, seed.Port, patience.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
