using System.Security.Cryptography;
using Notify.Server.Access;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Access;

public sealed class PublicKeyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _curve.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Keys_of_both_kinds_and_both_forms_are_read_with_text_between_them()
    {
        using var rsa = RSA.Create(2048);
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var reading = Read($"# the backends\n{VerifierHost.PemOf(_curve, rsa, large)}\nold:\n{rsa.ExportRSAPublicKeyPem()}\n");

        Assert.Null(reading.Error);
        Assert.Equal(4, reading.Keys.Count);
        Assert.Equal([true, false, false, false], reading.Keys.Select(static key => key.Allows("ES256")));
        Assert.Equal([false, true, false, true], reading.Keys.Select(static key => key.Allows("PS256")));
        Assert.Equal([false, false, true, false], reading.Keys.Select(static key => key.Allows("ES384")));
        Assert.DoesNotContain(reading.Keys, static key => key.Allows("HS256"));
        Assert.Equal(nameof(VerificationKey), reading.Keys[0].ToString());
    }

    [Fact]
    public void Small_RSA_keys_and_other_curves_are_refused()
    {
        using var rsa = RSA.Create(1024);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP521);

        Assert.Contains(
            ": holds a key that is an RSA key of 1024 bits; it must have 2048", Error(VerifierHost.PemOf(rsa)), StringComparison.Ordinal);
        Assert.Contains("is not an EC key of the curve P-256", Error(VerifierHost.PemOf(curve)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_public_key_is_refused_with_what_to_write_instead()
    {
        var pair = PemPair.Create("a.test");
        var pem = VerifierHost.PemOf(_curve);

        Assert.Contains("holds no public key in PEM form", Error(""), StringComparison.Ordinal);
        Assert.Contains("holds no public key in PEM form", Error("{\"keys\":[]}"), StringComparison.Ordinal);
        Assert.Contains("openssl pkey -in private.pem -pubout", Error(pair.Key), StringComparison.Ordinal);
        Assert.Contains("openssl x509 -in tls.crt -noout -pubkey", Error(pair.Certificate), StringComparison.Ordinal);
        Assert.Contains("not written to its end", Error(pem[..^20]), StringComparison.Ordinal);
        Assert.Contains("not written to its end", Error(pem + "\n" + pem[..^20]), StringComparison.Ordinal);
        Assert.Contains("is damaged", Error("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"), StringComparison.Ordinal);
        Assert.DoesNotContain(pair.Key.Split('\n')[1], Error(pair.Key), StringComparison.Ordinal);
    }

    [Fact]
    public void At_most_five_keys_of_a_kind_are_tried()
    {
        var keys = Enumerable.Range(0, 6).Select(_ => ECDsa.Create(ECCurve.NamedCurves.nistP256)).ToArray();

        Assert.Null(Read(VerifierHost.PemOf(keys[..5])).Error);
        Assert.Contains("more than 5 EC keys", Error(VerifierHost.PemOf(keys)), StringComparison.Ordinal);
        Array.ForEach(keys, key => key.Dispose());
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named()
    {
        Assert.Equal(
            "NOTIFY_TOKEN_PUBLIC_KEY=/nowhere.pub: must be the path of a PEM file that exists and may be read (there is no such file); "
                + "for example NOTIFY_TOKEN_PUBLIC_KEY=/etc/notify/token.pub",
            PublicKeyFile.Read("/nowhere.pub").Error);
        Assert.Contains("it has more than 1 MB", Error(new string('x', (1 << 20) + 1)), StringComparison.Ordinal);
        Assert.NotNull(PublicKeyFile.Read(_folder.Path).Error);
    }

    private PublicKeyReading Read(string text) => PublicKeyFile.Read(_folder.Write("token.pub", text));

    private string Error(string text)
    {
        var reading = Read(text);
        Assert.Empty(reading.Keys);
        var error = Assert.IsType<string>(reading.Error);
        Assert.StartsWith($"NOTIFY_TOKEN_PUBLIC_KEY={_folder.At("token.pub")}: ", error, StringComparison.Ordinal);
        return error;
    }
}
