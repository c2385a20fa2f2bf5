using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Notify.Broker.Clustering;

/// <summary>
/// Holds a node's certificate and checks the certificates of other nodes. Both ends of every connection between nodes present one (mutual
/// TLS, RFC 8446). It is derived from a secret that all nodes share, or issued by the operator's own certificate authority.
/// </summary>
public sealed class NodeIdentity
{
    // Each guess at the secret costs as much as this derivation. A node derives it once, at its start, in a tenth of a second.
    private const int Iterations = 210_000;

    private readonly Func<X509Certificate2, bool> _accepts;

    private NodeIdentity(X509Certificate2 certificate, Func<X509Certificate2, bool> accepts)
    {
        Certificate = certificate;
        Context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        _accepts = accepts;
    }

    /// <summary>Gets this node's certificate with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Gets the certificate for TLS handshakes. It is created once, without a download of its issuers.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>
    /// Creates an identity from a shared secret. Only those who know the secret can derive the key and a certificate for it, so no
    /// certificate has to be created, renewed or copied to the nodes.
    /// </summary>
    public static NodeIdentity FromSecret(string secret)
    {
        var number = Rfc2898DeriveBytes.Pbkdf2(secret, "notify cluster node"u8, Iterations, HashAlgorithmName.SHA256, 32);
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = number });
        var now = DateTimeOffset.UtcNow;

        // The dates have no meaning, because only the key is checked.
        var certificate = new CertificateRequest("CN=notify", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddYears(-1), now.AddYears(50));
        var expected = certificate.PublicKey.ExportSubjectPublicKeyInfo();
        return new NodeIdentity(
            certificate,
            peer => CryptographicOperations.FixedTimeEquals(peer.PublicKey.ExportSubjectPublicKeyInfo(), expected));
    }

    /// <summary>Creates an identity from a certificate. It accepts certificates of the same authority.</summary>
    /// <param name="certificatePath">The PEM file with the node's certificate and the intermediate ones.</param>
    /// <param name="keyPath">The PEM file with its key.</param>
    /// <param name="authorityPath">The PEM file with the trusted authorities; no others are trusted.</param>
    /// <exception cref="CryptographicException">A file has invalid content.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static NodeIdentity FromFiles(string certificatePath, string keyPath, string authorityPath)
    {
        var certificate = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(authorityPath);
        if (authorities.Count == 0)
        {
            throw new CryptographicException($"{authorityPath} contains no certificate.");
        }

        return new NodeIdentity(certificate, peer => IsSignedBy(authorities, peer));
    }

    /// <summary>Returns whether a certificate belongs to a node.</summary>
    public bool Accepts(X509Certificate? peer) => peer is X509Certificate2 certificate && _accepts(certificate);

    /// <summary>Validates a certificate of a connection, on either side of it.</summary>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => Accepts(certificate);

    private static bool IsSignedBy(X509Certificate2Collection authorities, X509Certificate2 peer)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);

        // A private authority usually publishes no revocation list.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(peer);
    }
}
