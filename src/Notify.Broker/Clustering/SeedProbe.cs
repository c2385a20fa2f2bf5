using System.Net.Sockets;
using Notify.Broker.Remoting;

namespace Notify.Broker.Clustering;

/// <summary>
/// Checks the certificates at the seeds' addresses over connections of its own. If the certificates of most seeds are untrusted, this node
/// is the misconfigured one. It then stops with a reason instead of waiting forever.
/// </summary>
internal static class SeedProbe
{
    // A seed that takes longer counts as down.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Returns the seeds that may be contacted: all except those with an untrusted certificate.</summary>
    /// <exception cref="ClusterJoinException">The certificates of a majority are untrusted, so this node is misconfigured.</exception>
    public static async Task<IReadOnlyList<NodeAddress>> FindSeedsAsync(
        ClusterSettings settings, NodeIdentity identity, Action<NodeAddress> stranger, CancellationToken cancellationToken)
    {
        var isStrange = await Task.WhenAll(settings.Seeds.Select(seed => seed == settings.Self
            ? Task.FromResult(false)
            : IsStrangerAsync(seed, identity, cancellationToken)));
        var strangers = settings.Seeds.Where((_, i) => isStrange[i]).ToList();
        if (strangers.Count >= settings.Majority)
        {
            throw new ClusterJoinException(
                $"this node, {settings.Self}, is a stranger to the cluster: {string.Join(" and ", strangers)} answered with a certificate "
                + "that it does not accept. "
                + "All nodes need the same NOTIFY_CLUSTER_SECRET, or certificates of the same NOTIFY_CLUSTER_TLS_CA.");
        }

        strangers.ForEach(stranger);
        return [.. settings.Seeds.Except(strangers)];
    }

    /// <summary>
    /// Returns whether the address of a seed accepts connections, whatever its certificate, and even if its handshake is slow.
    /// </summary>
    public static async Task<bool> CanDialAsync(
        NodeAddress seed, NodeIdentity identity, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var dialled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = LookAsync(seed, identity, dialled);
        await Task.WhenAny(dialled.Task, Task.Delay(timeout, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        return dialled.Task.IsCompleted && await dialled.Task;
    }

    private static async Task<bool> IsStrangerAsync(NodeAddress seed, NodeIdentity identity, CancellationToken cancellationToken)
    {
        var look = LookAsync(seed, identity);
        await Task.WhenAny(look, Task.Delay(Patience, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        return look.IsCompleted && await look;
    }

    // A slow handshake is not awaited but completes in the background, because the other side would log a broken handshake.
    private static async Task<bool> LookAsync(NodeAddress seed, NodeIdentity identity, TaskCompletionSource<bool>? dialled = null)
    {
        using var limit = new CancellationTokenSource(Longest);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(seed.Host, seed.Port, limit.Token);
            dialled?.SetResult(true);
            await using var opened = await NodeHandshake.DialAsync(client.GetStream(), seed.Host, identity, limit.Token);
            return false;
        }
        catch (HandshakeException exception)
        {
            return exception.Fault is HandshakeFault.Stranger;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            dialled?.TrySetResult(false);
        }
    }
}
