using System.Security.Cryptography;
using Notify.Server.Tests.Support;
using Notify.Server.Tls;

namespace Notify.Server.Tests.Tls;

/// <summary>Tests the errors for files that cannot be used.</summary>
public sealed class TlsFilesTests
{
    private static readonly PemPair Pair = PemPair.Create("notify.test");

    [Fact]
    public void Certificate_and_key_may_be_in_one_file() =>
        Assert.NotNull(Read(Pair.Certificate + Pair.Key, Pair.Key + Pair.Certificate).Certificate);

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public void A_file_that_cannot_be_used_is_named_with_the_reason_and_nothing_of_it(string certificate, string key, string error)
    {
        var reading = Read(certificate, key);
        Assert.Null(reading.Certificate);
        Assert.Equal(error, string.Join('|', reading.Errors));
    }

    public static TheoryData<string, string, string> WrongFiles()
    {
        using var rsa = RSA.Create(2048);
        const string NoCertificate =
            "SSL_CERT=C: holds no certificate in PEM form (-----BEGIN CERTIFICATE-----); it must hold the server's own, and behind it " +
            "the intermediate ones";
        const string NoKey = "SSL_KEY=K: holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)";
        const string CutCertificate = "SSL_CERT=C: is damaged, or not written to its end; write the whole file again";
        const string CutKey =
            "SSL_KEY=K: is damaged, not written to its end, or neither an RSA nor an ECDSA key; write the whole file again";
        const string Encrypted =
            "SSL_KEY=K: is encrypted, and nobody is there to type the passphrase; decrypt it, for example openssl pkey -in K -out tls.key";
        const string Mismatch =
            "SSL_CERT=C and SSL_KEY=K: do not belong together, the key is another certificate's; the first certificate in SSL_CERT must " +
            "be the server's own, and SSL_KEY its key";
        return new TheoryData<string, string, string>
        {
            { "", Pair.Key, NoCertificate },
            { "s3cret", "s3cret", NoCertificate + "|" + NoKey },
            { Pair.Certificate, "", NoKey },
            { Pair.Certificate, Pair.Certificate, NoKey },
            { Pair.Key, Pair.Key, NoCertificate },
            { Pair.Certificate[..200], Pair.Key, CutCertificate },
            { Pair.Certificate + Pair.Certificate[..200], Pair.Key, CutCertificate },
            { Pair.Certificate, Pair.Key[..60], CutKey },
            {
            Pair.Certificate,
                rsa.ExportEncryptedPkcs8PrivateKeyPem(
                    "s3cret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)),
                Encrypted
            },
            { Pair.Certificate, PemPair.Create("other.test").Key, Mismatch },
            { Pair.Certificate, rsa.ExportPkcs8PrivateKeyPem(), Mismatch },
            {
            Pair.Key,
                Pair.Certificate,
                "SSL_CERT=C and SSL_KEY=K: are swapped, the first holds a key and the second a certificate; write SSL_CERT=K and SSL_KEY=C"
            },
        };
    }

    [Theory]
    [InlineData(90, null)]
    [InlineData(15, null)]
    [InlineData(13, "expires on")]
    [InlineData(-1, "expired on")]
    public void What_an_operator_should_know_of_the_dates_is_said(double days, string? warning)
    {
        var pair = PemPair.Create("notify.test", days);
        var said = Read(pair.Certificate, pair.Key).Certificate!.Warning(DateTimeOffset.UtcNow);
        Assert.Equal(warning is null, said is null);
        Assert.Contains(
            $"The certificate of CN=notify.test {warning}",
            said ?? "The certificate of CN=notify.test ",
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_of_tomorrow_is_warned_of() => Assert.StartsWith(
        "The certificate of CN=notify.test is valid from ",
        Read(Pair.Certificate, Pair.Key).Certificate!.Warning(DateTimeOffset.UtcNow.AddDays(-3)),
        StringComparison.Ordinal);

    private static TlsReading Read(string certificate, string key) => TlsFiles.Parse(new TlsTexts("C", certificate, "K", key, []));
}
