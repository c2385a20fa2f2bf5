using System.Net.Sockets;
using Notify.Broker.Remoting;

namespace Notify.Broker.Clustering;

/// <summary>
/// Looks who answers at the addresses of the seeds, with a connection of its own. A node that finds strangers at most of them is itself the
/// stranger: it says so and ends, where it would otherwise only wait in vain.
/// </summary>
internal static class SeedProbe
{
    // Whoever takes longer is as good as not there.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>The seeds that may be dialled: all but those where a stranger answers.</summary>
    /// <exception cref="ClusterJoinException">They are a majority: this node is the stranger.</exception>
    public static async Task<IReadOnlyList<NodeAddress>> FindSeedsAsync(ClusterSettings settings, Action<NodeAddress> stranger, CancellationToken cancellationToken)
    {
        var isStrange = await Task.WhenAll(settings.Seeds.Select(seed => seed == settings.Self ? Task.FromResult(false) : IsStrangerAsync(seed, settings.Identity, cancellationToken)));
        var strangers = settings.Seeds.Where((_, i) => isStrange[i]).ToList();
        if (strangers.Count >= settings.Majority)
        {
            throw new ClusterJoinException(
                $"this node, {settings.Self}, is a stranger to the cluster: {string.Join(" and ", strangers)} answered with a certificate that it does not accept. "
                + "All nodes need the same NOTIFY_CLUSTER_SECRET, or certificates of the same NOTIFY_CLUSTER_TLS_CA.");
        }

        strangers.ForEach(stranger);
        return [.. settings.Seeds.Except(strangers)];
    }

    /// <summary>Whether somebody takes a connection at the address of a seed, be it a stranger or too slow to say who it is.</summary>
    public static async Task<bool> CanDialAsync(NodeAddress seed, NodeIdentity identity, TimeSpan timeout, CancellationToken cancellationToken)
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

    // Nobody waits for a slow one, but it is left to end: the other side would have to report a handshake that was broken off.
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
