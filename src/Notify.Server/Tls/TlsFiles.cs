using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Notify.Server.Options;

namespace Notify.Server.Tls;

/// <summary>
/// Reads the PEM files of <c>SSL_CERT</c> and <c>SSL_KEY</c>, and explains to operators why they cannot be used, without revealing their
/// content.
/// </summary>
internal static class TlsFiles
{
    private const string CertificateLabel = "-----BEGIN CERTIFICATE-----";
    private const string EncryptedLabel = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
    private const string KeyLabel = "PRIVATE KEY-----";

    /// <summary>Reads both files and creates a certificate from them.</summary>
    public static TlsReading Read(string certificatePath, string keyPath) => Parse(Open(certificatePath, keyPath));

    /// <summary>Reads both files.</summary>
    public static TlsTexts Open(string certificatePath, string keyPath)
    {
        var errors = new List<string>();
        var certificate = ReadText("SSL_CERT", certificatePath, "/etc/notify/tls.crt", errors);
        var key = ReadText("SSL_KEY", keyPath, "/etc/notify/tls.key", errors);
        return new TlsTexts(certificatePath, certificate, keyPath, key, errors);
    }

    /// <summary>Creates a certificate from the content of the files.</summary>
    public static TlsReading Parse(TlsTexts texts)
    {
        if (texts is not { Certificate: { } certificate, Key: { } key, CertificatePath: var certificatePath, KeyPath: var keyPath })
        {
            return new TlsReading(null, texts.Errors);
        }

        if (IsKey(certificate) && !IsCertificate(certificate) && IsCertificate(key) && !IsKey(key))
        {
            return Wrong(
                $"SSL_CERT={certificatePath} and SSL_KEY={keyPath}: are swapped, the first holds a key and the second a certificate; "
                    + $"write SSL_CERT={keyPath} and SSL_KEY={certificatePath}");
        }

        var errors = new List<string>();
        var chain = ReadChain(certificatePath, certificate, errors);
        using var privateKey = ReadKey(keyPath, key, errors);
        if (chain is null || privateKey is null)
        {
            return new TlsReading(null, errors);
        }

        try
        {
            var certificateWithKey = privateKey is RSA rsa
                ? chain[0].CopyWithPrivateKey(rsa)
                : chain[0].CopyWithPrivateKey((ECDsa)privateKey);
            return new TlsReading(new TlsCertificate(certificateWithKey, chain), []);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException or InvalidOperationException)
        {
            return Wrong(
                $"SSL_CERT={certificatePath} and SSL_KEY={keyPath}: do not belong together, the key is another certificate's; "
                    + "the first certificate in SSL_CERT must be the server's own, and SSL_KEY its key");
        }
    }

    private static string? ReadText(string name, string path, string example, List<string> errors)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (FileReadError.Is(exception))
        {
            errors.Add(
                $"{name}={path}: must be the path of a PEM file that exists and may be read ({FileReadError.Reason(exception)}); "
                    + $"for example {name}={example}");
            return null;
        }
    }

    private static X509Certificate2Collection? ReadChain(string path, string text, List<string> errors)
    {
        if (!IsCertificate(text))
        {
            errors.Add(
                $"SSL_CERT={path}: holds no certificate in PEM form ({CertificateLabel}); "
                    + "it must hold the server's own, and behind it the intermediate ones");
            return null;
        }

        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(text);
        }
        catch (CryptographicException)
        {
            chain.Clear();
        }

        // The framework does not recognize a certificate that is truncated in the middle.
        if (chain.Count == 0 || chain.Count != text.Split(CertificateLabel).Length - 1)
        {
            errors.Add($"SSL_CERT={path}: is damaged, or not written to its end; write the whole file again");
            return null;
        }

        return chain;
    }

    private static AsymmetricAlgorithm? ReadKey(string path, string text, List<string> errors)
    {
        if (!IsKey(text))
        {
            errors.Add($"SSL_KEY={path}: holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
            return null;
        }

        if (text.Contains(EncryptedLabel, StringComparison.Ordinal) || text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            errors.Add(
                $"SSL_KEY={path}: is encrypted, and nobody is there to type the passphrase; "
                    + $"decrypt it, for example openssl pkey -in {path} -out tls.key");
            return null;
        }

        // The two algorithms of server certificates. The framework only identifies one by trying.
        foreach (var algorithm in (AsymmetricAlgorithm[])[RSA.Create(), ECDsa.Create()])
        {
            try
            {
                algorithm.ImportFromPem(text);
                return algorithm;
            }
            catch (Exception exception) when (exception is CryptographicException or ArgumentException)
            {
                algorithm.Dispose();
            }
        }

        errors.Add($"SSL_KEY={path}: is damaged, not written to its end, or neither an RSA nor an ECDSA key; write the whole file again");
        return null;
    }

    private static bool IsCertificate(string text) => text.Contains(CertificateLabel, StringComparison.Ordinal);

    private static bool IsKey(string text) => text.Contains(KeyLabel, StringComparison.Ordinal);

    private static TlsReading Wrong(string error) => new(null, [error]);
}
