using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Notify.Broker.Clustering;

namespace Notify.Broker.Tests.Clustering;

public sealed class NodeIdentityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("notify-identity-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Who_knows_the_secret_is_accepted_and_nobody_else()
    {
        var here = NodeIdentity.FromSecret("the secret of this cluster");

        Assert.True(here.Accepts(NodeIdentity.FromSecret("the secret of this cluster").Certificate));
        Assert.True(here.Certificate.HasPrivateKey);
        Assert.False(here.Accepts(NodeIdentity.FromSecret("the secret of this clustes").Certificate));
        Assert.False(here.Accepts(null));
    }

    [Fact]
    public void Who_was_signed_by_the_same_authority_is_accepted_and_nobody_else()
    {
        using var ours = Authority("ours");
        using var others = Authority("others");
        var here = Identity(ours, "here");

        Assert.True(here.Accepts(Identity(ours, "there").Certificate));
        Assert.False(here.Accepts(Identity(others, "stranger").Certificate));
        Assert.False(here.Accepts(NodeIdentity.FromSecret("the secret of this cluster").Certificate));
    }

    [Fact]
    public void A_file_without_an_authority_is_an_error_that_names_it()
    {
        using var ours = Authority("ours");
        var (certificate, key) = Write(ours, "here");
        var empty = Path.Combine(_folder, "empty.crt");
        File.WriteAllText(empty, "");

        var error = Assert.Throws<CryptographicException>(() => NodeIdentity.FromFiles(certificate, key, empty));

        Assert.Contains(empty, error.Message, StringComparison.Ordinal);
    }

    private NodeIdentity Identity(X509Certificate2 authority, string name)
    {
        var (certificate, key) = Write(authority, name);
        var authorities = Path.Combine(_folder, name + "-ca.crt");
        File.WriteAllText(authorities, authority.ExportCertificatePem());
        return NodeIdentity.FromFiles(certificate, key, authorities);
    }

    private (string Certificate, string Key) Write(X509Certificate2 authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
            .Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        var (certificatePath, keyPath) = (Path.Combine(_folder, name + ".crt"), Path.Combine(_folder, name + ".key"));
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return (certificatePath, keyPath);
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
