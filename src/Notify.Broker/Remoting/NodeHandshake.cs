using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Notify.Broker.Clustering;

namespace Notify.Broker.Remoting;

/// <summary>
/// Establishes TLS on a connection between two nodes. Both sides present a certificate and check the other's. A failed handshake throws
/// <see cref="HandshakeException"/> and has no other effect; the caller decides about the consequences.
/// </summary>
internal static class NodeHandshake
{
    // In TLS 1.3 the client's handshake completes before the server has checked its certificate. The accepting node therefore confirms the
    // check with an empty frame, which every version ignores, and the connecting node waits for it. Up to TLS 1.2 the handshake itself
    // confirms it.
    private static readonly byte[] Accepted = new byte[Frames.HeaderLength];

    /// <summary>Establishes TLS as the connecting side, and returns when the other side has accepted this node's certificate.</summary>
    /// <param name="connection">The connection, which the result owns.</param>
    /// <param name="host">The host of the connection.</param>
    /// <param name="identity">This node's certificate, and the check of the other one.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="HandshakeException">The handshake failed.</exception>
    public static async Task<SslStream> DialAsync(
        Stream connection, string host, NodeIdentity identity, CancellationToken cancellationToken)
    {
        var sawCertificate = false;
        return await OpenAsync(
            connection,
            async tls =>
            {
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = host,
                        ClientCertificateContext = identity.Context,
                        AllowTlsResume = false,
                        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                        RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                        {
                            sawCertificate = true;
                            return identity.Accepts(certificate);
                        },
                    },
                    cancellationToken);
                if (SaysThatItAccepts(tls))
                {
                    await ReadAcceptedAsync(tls, cancellationToken);
                }
            },
            () => sawCertificate);
    }

    /// <summary>Establishes TLS as the accepting side.</summary>
    /// <param name="connection">The connection, which the result owns.</param>
    /// <param name="identity">This node's certificate, and the check of the other one.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="HandshakeException">The handshake failed.</exception>
    public static async Task<SslStream> AcceptAsync(Stream connection, NodeIdentity identity, CancellationToken cancellationToken)
    {
        var saidHello = false;
        return await OpenAsync(
            connection,
            async tls =>
            {
                await tls.AuthenticateAsServerAsync(
                    (_, _, _, _) =>
                    {
                        saidHello = true;
                        return ValueTask.FromResult(new SslServerAuthenticationOptions
                        {
                            ServerCertificateContext = identity.Context,
                            ClientCertificateRequired = true,
                            AllowRenegotiation = false,
                            AllowTlsResume = false,
                            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                            RemoteCertificateValidationCallback = identity.Validate,
                        });
                    },
                    state: null,
                    cancellationToken);
                if (SaysThatItAccepts(tls))
                {
                    await tls.WriteAsync(Accepted, cancellationToken);
                }
            },
            () => saidHello);
    }

    private static async Task<SslStream> OpenAsync(Stream connection, Func<SslStream, Task> handshake, Func<bool> isTls)
    {
        var tls = new SslStream(connection, leaveInnerStreamOpen: false);
        try
        {
            await handshake(tls);
            return tls;
        }
        catch (Exception exception)
        {
            await tls.DisposeAsync();
            if (exception is OperationCanceledException)
            {
                throw;
            }

            throw new HandshakeException(Fault(exception, isTls()), exception);
        }
    }

    // A side that refuses a certificate closes the connection, with or without an alert.
    private static async Task ReadAcceptedAsync(SslStream tls, CancellationToken cancellationToken)
    {
        try
        {
            await tls.ReadExactlyAsync(new byte[Accepted.Length], cancellationToken);
        }
        catch (IOException exception)
        {
            throw new AuthenticationException("The other side closed the connection after it saw this node's certificate.", exception);
        }
    }

    private static HandshakeFault Fault(Exception exception, bool isTls) => exception switch
    {
        AuthenticationException => isTls ? HandshakeFault.Stranger : HandshakeFault.NotTls,
        _ => HandshakeFault.Closed,
    };

    private static bool SaysThatItAccepts(SslStream tls) => tls.SslProtocol >= SslProtocols.Tls13;
}
