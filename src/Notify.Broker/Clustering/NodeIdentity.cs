using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Notify.Broker.Clustering;

/// <summary>
/// Who a node is to the others, and whom it takes for one of them: both ends of every connection between nodes show a certificate
/// (mutual TLS, RFC 8446). It comes from a secret that all nodes share, or from a certificate authority of the operator's own.
/// </summary>
public sealed class NodeIdentity
{
    // A guess at the secret costs as much as this derivation; it is done once, at the start, and takes a tenth of a second.
    private const int Iterations = 210_000;

    private readonly Func<X509Certificate2, bool> _accepts;

    private NodeIdentity(X509Certificate2 certificate, Func<X509Certificate2, bool> accepts)
    {
        Certificate = certificate;
        Context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        _accepts = accepts;
    }

    /// <summary>What this node shows, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Gets the certificate as a TLS handshake takes it, made once and without asking anybody for its issuers.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>
    /// The identity that follows from a secret: who knows it can make the key, and nobody else has a certificate with it. So no
    /// certificate has to be made, renewed or carried to the nodes.
    /// </summary>
    public static NodeIdentity FromSecret(string secret)
    {
        var number = Rfc2898DeriveBytes.Pbkdf2(secret, "notify cluster node"u8, Iterations, HashAlgorithmName.SHA256, 32);
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = number });
        var now = DateTimeOffset.UtcNow;

        // Its dates mean nothing: the key is what is checked.
        var certificate = new CertificateRequest("CN=notify", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddYears(-1), now.AddYears(50));
        var expected = certificate.PublicKey.ExportSubjectPublicKeyInfo();
        return new NodeIdentity(certificate, peer => CryptographicOperations.FixedTimeEquals(peer.PublicKey.ExportSubjectPublicKeyInfo(), expected));
    }

    /// <summary>The identity that a certificate gives; accepted are those that the same authority has signed.</summary>
    /// <param name="certificatePath">PEM: the node's certificate, and behind it the intermediate ones.</param>
    /// <param name="keyPath">PEM: its key.</param>
    /// <param name="authorityPath">PEM: the authorities that are trusted, and no others.</param>
    /// <exception cref="CryptographicException">A file holds something else.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static NodeIdentity FromFiles(string certificatePath, string keyPath, string authorityPath)
    {
        var certificate = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(authorityPath);
        if (authorities.Count == 0)
        {
            throw new CryptographicException($"{authorityPath} holds no certificate.");
        }

        return new NodeIdentity(certificate, peer => IsSignedBy(authorities, peer));
    }

    /// <summary>Whether a certificate is that of a node.</summary>
    public bool Accepts(X509Certificate? peer) => peer is X509Certificate2 certificate && _accepts(certificate);

    /// <summary>A check for a connection, on either side of it.</summary>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => Accepts(certificate);

    private static bool IsSignedBy(X509Certificate2Collection authorities, X509Certificate2 peer)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);

        // The authority is a private one: nobody publishes what it has taken back.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(peer);
    }
}
