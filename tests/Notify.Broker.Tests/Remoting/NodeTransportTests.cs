using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Remote.Transport;
using Google.Protobuf;
using Notify.Broker.Clustering;
using Notify.Broker.Remoting;
using Notify.Broker.Tests.Clustering;

namespace Notify.Broker.Tests.Remoting;

/// <summary>Tests connections between nodes, and connections that do not come from nodes.</summary>
[Trait("Duration", "Long")]
public sealed class NodeTransportTests
{
    private static readonly NodeIdentity Ours = NodeIdentity.FromSecret("the secret of this cluster");
    private static readonly NodeIdentity Others = NodeIdentity.FromSecret("a secret of somebody else");

    [Fact]
    public async Task What_one_node_writes_the_other_reads_in_order_before_it_hears_of_the_end()
    {
        await using var here = await TransportPeer.ListenAsync(Ours);
        await using var there = await TransportPeer.ListenAsync(Ours);
        var sent = Enumerable.Range(0, 500).Select(n => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(1 + (n * n)))).ToList();

        var (near, far) = await LinkAsync(here, there);
        var (nearInbox, farInbox) = (TransportPeer.Read(near), TransportPeer.Read(far));
        Assert.True(far.Write(ByteString.CopyFromUtf8("hello")));
        await HostedNode.UntilAsync(() => nearInbox.Frames.Count == 1);
        foreach (var frame in sent)
        {
            await HostedNode.UntilAsync(() => near.Write(frame));
        }

        near.Disassociate("the test is over", Akka.Event.NoLogger.Instance);

        await HostedNode.UntilAsync(() => farInbox.IsOver && nearInbox.IsOver);
        // Assert.Equal would compare forty million bytes as objects.
        Assert.True(sent.SequenceEqual(farInbox.Frames));
        Assert.Equal("hello", Assert.Single(nearInbox.Frames).ToStringUtf8());
        Assert.False(near.Write(sent[0]));
        await HostedNode.UntilAsync(() => !far.Write(sent[0]));
    }

    [Fact]
    public async Task A_node_that_stops_first_writes_what_it_has_to_say_and_lets_handshakes_finish()
    {
        var here = await TransportPeer.ListenAsync(Ours);
        await using var there = await TransportPeer.ListenAsync(Ours);
        var (near, far) = await LinkAsync(here, there);
        var inbox = TransportPeer.Read(far);
        TransportPeer.Read(near);
        using var late = new TcpClient();
        await late.ConnectAsync(here.Self.Host, here.Self.Port);
        await HostedNode.UntilAsync(() => here.Transport.UnfinishedHandshakes == 1);
        for (var n = 0; n < 100; n++)
        {
            near.Write(ByteString.CopyFrom(new byte[10_000]));
        }

        var stopping = here.Transport.Shutdown();
        await using var opened = await NodeHandshake.DialAsync(late.GetStream(), here.Self.Host, Ours, CancellationToken.None);
        Assert.Equal(0, await opened.ReadAsync(new byte[1]));
        late.Close();

        Assert.True(await stopping);
        await HostedNode.UntilAsync(() => inbox.IsOver);
        Assert.Equal(100, inbox.Frames.Count);
        await Assert.ThrowsAsync<InvalidAssociationException>(() => there.Transport.Associate(here.Address));
        await here.DisposeAsync();
    }

    [Fact]
    public async Task A_peer_with_another_secret_is_refused_in_both_directions()
    {
        await using var here = await TransportPeer.ListenAsync(Ours);
        await using var stranger = await TransportPeer.ListenAsync(Others);

        await Assert.ThrowsAsync<InvalidAssociationException>(() => here.Transport.Associate(stranger.Address));
        await Assert.ThrowsAsync<InvalidAssociationException>(() => stranger.Transport.Associate(here.Address));

        await HostedNode.UntilAsync(() => here.Refused == 1 && stranger.Refused == 1);
        Assert.Empty(here.Taken);
        Assert.Empty(stranger.Taken);
        Assert.Contains(
            here.Log,
            line => line.Contains("its address showed a certificate that is not of this cluster", StringComparison.Ordinal));
        Assert.Contains(here.Log, line => line.Contains("did not show a certificate of this cluster", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_whose_certificate_only_the_other_side_refuses_hears_so_in_the_handshake()
    {
        using var first = Authority("first");
        using var second = Authority("second");
        await using var here = await TransportPeer.ListenAsync(Identity(first, trusts: second));
        await using var there = await TransportPeer.ListenAsync(Identity(second, trusts: second));

        await Assert.ThrowsAsync<InvalidAssociationException>(() => here.Transport.Associate(there.Address));

        await HostedNode.UntilAsync(() => there.Refused == 1);
        Assert.Empty(there.Taken);
        Assert.Contains(here.Log, line => line.Contains("or did not accept that of this node", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_thousand_dials_that_are_reset_end_nothing_and_write_one_line_a_minute()
    {
        await using var here = await TransportPeer.ListenAsync(Ours);
        using var peer = new TcpListener(IPAddress.Loopback, 0);
        peer.Start();
        using var stop = new CancellationTokenSource();
        var resetting = ResetAllAsync(peer, stop.Token);
        var address = here.Address.WithPort(((IPEndPoint)peer.LocalEndpoint).Port);

        for (var n = 0; n < 1_000; n++)
        {
            await Assert.ThrowsAsync<InvalidAssociationException>(() => here.Transport.Associate(address));
        }

        await stop.CancelAsync();
        await resetting;
        Assert.True(here.IsRunning);
        // One a minute.
        Assert.InRange(here.Log.Count, 1, 5);
        Assert.All(
            here.Log,
            line => Assert.Contains("its address closed the connection in the TLS handshake", line, StringComparison.Ordinal));
        await using var there = await TransportPeer.ListenAsync(Ours);
        await LinkAsync(here, there);
    }

    [Fact]
    public async Task Handshakes_that_are_never_finished_are_closed_and_do_not_keep_a_node_out()
    {
        const int Max = 4;
        await using var here = await TransportPeer.ListenAsync(Ours, Max);
        await using var there = await TransportPeer.ListenAsync(Ours);
        var idle = new List<TcpClient>();
        for (var n = 0; n < 20; n++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(here.Self.Host, here.Self.Port);
            idle.Add(client);
            Assert.InRange(here.Transport.UnfinishedHandshakes, 0, Max);
        }

        await HostedNode.UntilAsync(() => here.Refused >= idle.Count - Max);
        await LinkAsync(there, here);

        foreach (var client in idle)
        {
            await EndAsync(client);
        }

        await HostedNode.UntilAsync(() => here.Refused == idle.Count && here.Transport.UnfinishedHandshakes == 0);
        Assert.Contains(here.Log, line => line.Contains("because 4 others came after them", StringComparison.Ordinal));
        Assert.Contains(here.Log, line => line.Contains("did not finish the TLS handshake within 10 s", StringComparison.Ordinal));
        Assert.Equal(2, here.Log.Count);
    }

    private static async Task<(AssociationHandle Near, AssociationHandle Far)> LinkAsync(TransportPeer from, TransportPeer to)
    {
        var near = await from.Transport.Associate(to.Address);
        AssociationHandle? far = null;
        await HostedNode.UntilAsync(() => to.Taken.TryDequeue(out far));
        return (near, far!);
    }

    // Waits until the other side closes.
    private static async Task EndAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                while (await client.GetStream().ReadAsync(new byte[64]) > 0)
                {
                }
            }
            catch (IOException)
            {
                // The connection was reset.
            }
        }
    }

    private static async Task ResetAllAsync(TcpListener peer, CancellationToken stopped)
    {
        try
        {
            while (true)
            {
                var socket = await peer.AcceptSocketAsync(stopped);
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                socket.Dispose();
            }
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The test is over. A stop of the listener fails differently in each step of the loop.
        }
    }

    private static NodeIdentity Identity(X509Certificate2 authority, X509Certificate2 trusts)
    {
        var folder = Directory.CreateTempSubdirectory("notify-transport-").FullName;
        try
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256)
                .Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
            File.WriteAllText(Path.Combine(folder, "own.crt"), certificate.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, "own.key"), key.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(Path.Combine(folder, "ca.crt"), trusts.ExportCertificatePem());
            return NodeIdentity.FromFiles(Path.Combine(folder, "own.crt"), Path.Combine(folder, "own.key"), Path.Combine(folder, "ca.crt"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
    }
}
