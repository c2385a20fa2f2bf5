using System.Net.Sockets;

namespace Notify.Broker.Clustering;

/// <summary>Which of the seeds begins a cluster: the first of the list, and when that one is gone, the first of those that are here.</summary>
internal static class SeedOrder
{
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Whether this node is a seed, and none that stands before it in the list can be dialled.</summary>
    public static async Task<bool> IsFirstOfThoseHereAsync(ClusterSettings settings, CancellationToken cancellationToken)
    {
        var before = settings.Seeds.TakeWhile(seed => seed != settings.Self).ToList();
        if (before.Count == settings.Seeds.Count)
        {
            return false;
        }

        var answers = await Task.WhenAll(before.Select(seed => CanDialAsync(seed, cancellationToken)));
        return !answers.Contains(true);
    }

    /// <summary>The seeds with this node as the first.</summary>
    public static IEnumerable<NodeAddress> From(ClusterSettings settings) => settings.Seeds.Where(seed => seed != settings.Self).Prepend(settings.Self);

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
