using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Notify.Broker.Clustering;

/// <summary>
/// Looks who answers at the addresses of the seeds. Akka ends its actor system when a node that it dials shows a certificate that is
/// refused: whoever sits at a seed's address with another secret would so end every node that starts, and a member that comes back with
/// another secret would end all others. So such a node does not begin to listen, and the others do not dial it.
/// </summary>
internal static class SeedProbe
{
    // Whoever takes longer is as good as not there; Akka waits longer for it.
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

    // A connection that is closed before the other side is through with the handshake too is an error in its log: nobody waits for a slow
    // one, but it is left to end.
    private static async Task<bool> LookAsync(NodeAddress seed, NodeIdentity identity, TaskCompletionSource<bool>? dialled = null)
    {
        using var limit = new CancellationTokenSource(Longest);
        var client = new TcpClient();
        SslStream? opened = null;
        try
        {
            await client.ConnectAsync(seed.Host, seed.Port, limit.Token);
            dialled?.SetResult(true);
            var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, identity.Validate);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = seed.Host, ClientCertificates = [identity.Certificate] }, limit.Token);
            opened = tls;
            return false;
        }
        catch (AuthenticationException)
        {
            return true;
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
        finally
        {
            dialled?.TrySetResult(false);
            _ = CloseAsync(client, opened);
        }
    }

    private static async Task CloseAsync(TcpClient client, SslStream? opened)
    {
        using (client)
        {
            if (opened is not null)
            {
                await Task.Delay(Longest);
                await opened.DisposeAsync();
            }
        }
    }
}
