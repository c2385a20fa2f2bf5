using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Notify.Cluster.Tests;

/// <summary>
/// Tests that a process that answers at a node's address or connects to a node, without being a node, stops no node and does not fill its
/// log.
/// </summary>
public sealed class ImpostorTests
{
    private const int Seed = 2;
    private const int Member = 4;

    // How the survivors log the impostors.
    private static readonly string[] Faults =
    [
        "its address showed a certificate that is not of this cluster",
        "something else than a node answered at its address",
        "its address closed the connection in the TLS handshake",
    ];

    [Fact]
    public async Task Whatever_answers_at_the_addresses_of_a_killed_seed_and_a_killed_member_the_others_go_on()
    {
        await using var cluster = await NodeCluster.StartAsync(5);
        await using var scene = await Workload.StartAsync(cluster.Nodes);
        await scene.SentAsync(100);
        var survivors = cluster.Nodes.Where((_, i) => i is not Seed and not Member).ToList();
        await Task.WhenAll(cluster.Nodes.Except(survivors).Select(node => node.KillAsync()));
        using (var atSeed = new Impostor(cluster.Network, Seed, NodePlace.Actors))
        using (var atMember = new Impostor(cluster.Network, Member, NodePlace.Actors))
        {
            foreach (var impostor in new[] { atSeed, atMember })
            {
                await TestTimeouts.UntilAsync(
                    () => impostor.Answers.Distinct().Count() == Impostor.Ways, () => string.Join(' ', impostor.Answers));
            }

            // The answers go to the survivors in no order, so one of them may still have to dial the impostors.
            await TestTimeouts.UntilAsync(
                () => survivors.All(node => Faults.All(fault => node.Log.Contains(fault, StringComparison.Ordinal))),
                () => string.Join("\n\n", survivors.Select(node => node.LastLines)));
            await scene.ProbeAsync(survivors);
        }

        foreach (var node in cluster.Nodes.Except(survivors))
        {
            node.Start();
        }

        await cluster.ReadyAsync();
        await scene.SentAsync(100);
        Assert.All(survivors, node => Assert.True(node.IsRunning, node.Log));
        Assert.Empty((await scene.CheckAsync(mayLose: true)).Findings);
    }

    [Fact]
    public async Task A_thousand_strange_connections_write_a_line_of_each_kind_and_the_node_goes_on()
    {
        await using var cluster = await NodeCluster.StartAsync(3);
        var node = cluster.Nodes[0];
        var before = node.Log.Length;
        Func<TcpClient, Task>[] kinds = [NoiseAsync, HttpAsync, CloseAsync, WithoutCertificateAsync];
        for (var i = 0; i < 1_000; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(new Uri(node.Url).Host, NodePlace.Actors);
            await kinds[i % kinds.Length](client);
        }

        // The last one may be refused after it was sent.
        await TestTimeouts.UntilAsync(() => Kinds.All(kind => node.Log.Contains(kind, StringComparison.Ordinal)), () => node.Log);

        var written = node.Log[before..];
        Assert.InRange(written.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 3, 12);
        Assert.InRange(Encoding.UTF8.GetByteCount(written), 1, 4_000);
        Assert.DoesNotContain("   at ", written, StringComparison.Ordinal);
        Assert.All(cluster.Nodes, each => Assert.True(each.IsRunning, each.Log));
        await TestTimeouts.UntilAsync(node.IsReadyAsync, () => node.Log);
    }

    private static readonly string[] Kinds =
        ["did not speak TLS", "before the TLS handshake was over", "did not show a certificate of this cluster"];

    private static async Task NoiseAsync(TcpClient client)
    {
        var noise = new byte[64];
        Random.Shared.NextBytes(noise);

        // The node may wait for the rest of data that begins like TLS.
        noise[0] = 0xff;
        await client.GetStream().WriteAsync(noise);
    }

    private static async Task HttpAsync(TcpClient client) =>
        await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: node\r\n\r\n"u8.ToArray());

    private static Task CloseAsync(TcpClient client) => Task.CompletedTask;

    private static async Task WithoutCertificateAsync(TcpClient client)
    {
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "node",
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            });

            // In TLS 1.3 the refusal comes afterwards.
            await tls.ReadExactlyAsync(new byte[1]);
            Assert.Fail("a client without a certificate was accepted");
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            // The connection was refused.
        }
    }
}
