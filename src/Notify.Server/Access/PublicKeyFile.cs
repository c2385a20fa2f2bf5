using System.Security.Cryptography;
using System.Text;
using Notify.Server.Options;

namespace Notify.Server.Access;

/// <summary>Reads the PEM file of <c>NOTIFY_TOKEN_PUBLIC_KEY</c>.</summary>
internal static class PublicKeyFile
{
    private const string Setting = "NOTIFY_TOKEN_PUBLIC_KEY";
    private const string Begin = "-----BEGIN ";

    // A thousand keys of the largest kind. A token is tried with five.
    private const int MaxBytes = 1 << 20;

    /// <summary>Reads the file. Never throws for what the file contains, or when it cannot be read.</summary>
    public static PublicKeyReading Read(string path)
    {
        string text;
        try
        {
            text = new FileInfo(path).Length <= MaxBytes
                ? File.ReadAllText(path)
                : throw new IOException("it has more than 1 MB");
        }
        catch (Exception exception) when (FileReadError.Is(exception))
        {
            var reason = FileReadError.Reason(exception);
            return new PublicKeyReading(
                [],
                $"{Setting}={path}: must be the path of a PEM file that exists and may be read ({reason}); "
                    + $"for example {Setting}=/etc/notify/token.pub",
                reason);
        }

        var keys = new List<VerificationKey>();
        var error = Parse(text, keys) is { } problem ? $"{Setting}={path}: {problem}" : null;
        return new PublicKeyReading(
            error is null ? keys : [], error, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    private static string? Parse(string text, List<VerificationKey> keys)
    {
        var rest = text.AsSpan();
        var blocks = 0;
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (ParseBlock(rest[fields.Label].ToString(), rest[fields.Location].ToString(), keys) is { } problem)
            {
                return problem;
            }

            rest = rest[fields.Location.End..];
            blocks++;
        }

        // The framework skips a block that is truncated.
        if (blocks != text.AsSpan().Count(Begin))
        {
            return "is damaged, or not written to its end; write the whole file again";
        }

        if (keys.Count == 0)
        {
            return $"holds no public key in PEM form ({Begin}PUBLIC KEY-----)";
        }

        return keys.GroupBy(static key => key.Key.GetType()).Any(static kind => kind.Count() > KeySearch.MaxTries)
            ? FormattableString.Invariant($"holds more than {KeySearch.MaxTries} RSA keys or more than {KeySearch.MaxTries} EC keys")
                + "; remove those that nothing is signed with"
            : null;
    }

    private static string? ParseBlock(string label, string pem, List<VerificationKey> keys)
    {
        if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
        {
            return "holds a private key, which only your backend should have; "
                + "write its public key instead: openssl pkey -in private.pem -pubout";
        }

        if (label is not ("PUBLIC KEY" or "RSA PUBLIC KEY"))
        {
            return $"holds a block {LogText.Of(label)}, and a public key was expected; "
                + "of a certificate: openssl x509 -in tls.crt -noout -pubkey";
        }

        var fault = "holds a key that is damaged, or neither an RSA nor an EC key";
        if (TryImport(RSA.Create(), pem) is RSA rsa)
        {
            using (rsa)
            {
                var parameters = rsa.ExportParameters(includePrivateParameters: false);
                Add(VerificationKey.Create(parameters, KeyOrigin.Public, id: null, algorithm: null, out var reason), reason);
            }
        }
        else if (TryImport(ECDsa.Create(), pem) is ECDsa curve)
        {
            using (curve)
            {
                var parameters = curve.ExportParameters(includePrivateParameters: false);
                Add(VerificationKey.Create(parameters, KeyOrigin.Public, id: null, algorithm: null, out var reason), reason);
            }
        }

        return fault;

        void Add(VerificationKey? key, string? reason)
        {
            fault = reason is null ? null : "holds a key that " + reason;
            if (key is not null)
            {
                keys.Add(key);
            }
        }
    }

    // The framework only identifies an algorithm by trying.
    private static AsymmetricAlgorithm? TryImport(AsymmetricAlgorithm algorithm, string pem)
    {
        try
        {
            algorithm.ImportFromPem(pem);
            return algorithm;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            algorithm.Dispose();
            return null;
        }
    }
}
