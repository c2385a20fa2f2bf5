using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Notify.Server.Access;

/// <summary>Holds a key that verifies signatures, and the algorithms that it is for. The token never decides about either.</summary>
internal sealed class VerificationKey
{
    /// <summary>The algorithm of secrets.</summary>
    public const string SecretAlgorithm = SecurityAlgorithms.HmacSha256;

    // Verifying with a larger one would take milliseconds.
    private const int MostModulus = 16_384;
    private const int LeastModulus = 2048;
    private const int MostExponentBytes = 8;

    private static readonly string[] Rsa =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256,
    ];

    private readonly IReadOnlyList<string> _algorithms;

    private VerificationKey(SecurityKey key, KeyOrigin origin, string? id, IReadOnlyList<string> algorithms)
    {
        (Key, Origin, Id) = (key, origin, id);
        _algorithms = algorithms;
    }

    /// <summary>Gets the key. It is never disposed, because verifications under way may still use it.</summary>
    public SecurityKey Key { get; }

    /// <summary>Gets the setting that the key comes from.</summary>
    public KeyOrigin Origin { get; }

    /// <summary>Gets the key's <c>kid</c>; null when it has none.</summary>
    public string? Id { get; }

    /// <summary>Gets the key's value of the metric's tag <c>key</c>.</summary>
    public string Label => Origin switch
    {
        KeyOrigin.Current => "current",
        KeyOrigin.Previous => "previous",
        KeyOrigin.Public => "public",
        _ => "jwks",
    };

    /// <summary>Returns whether an algorithm is one of those that public keys may verify.</summary>
    public static bool IsPublicKeyAlgorithm(string algorithm) =>
        Rsa.Contains(algorithm) || algorithm is SecurityAlgorithms.EcdsaSha256 or SecurityAlgorithms.EcdsaSha384;

    /// <summary>Creates the key of a secret (HS256).</summary>
    public static VerificationKey Secret(string secret, KeyOrigin origin) =>
        new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)), origin, id: null, [SecretAlgorithm]);

    /// <summary>Creates an RSA key.</summary>
    /// <param name="parameters">The public parameters.</param>
    /// <param name="origin">The setting.</param>
    /// <param name="id">The <c>kid</c>; null without one.</param>
    /// <param name="algorithm">The only algorithm; null for all that fit.</param>
    /// <param name="fault">The reason why the key cannot be used; null otherwise.</param>
    public static VerificationKey? Create(RSAParameters parameters, KeyOrigin origin, string? id, string? algorithm, out string? fault)
    {
        if (parameters.Exponent is not { Length: > 0 and <= MostExponentBytes } || Allowed(Rsa, algorithm) is not { } algorithms)
        {
            fault = "is an RSA key with a strange exponent or for an algorithm other than " + string.Join(", ", Rsa);
            return null;
        }

        try
        {
            var rsa = RSA.Create(parameters);
            fault = rsa.KeySize is >= LeastModulus and <= MostModulus
                ? null
                : FormattableString.Invariant($"is an RSA key of {rsa.KeySize} bits; it must have {LeastModulus} to {MostModulus}");
            if (fault is null)
            {
                return new VerificationKey(new RsaSecurityKey(rsa), origin, id, algorithms);
            }

            rsa.Dispose();
            return null;
        }
        catch (CryptographicException)
        {
            fault = "is an RSA key that is damaged";
            return null;
        }
    }

    /// <summary>Creates an EC key, of the curve P-256 or P-384. The parameters are as for RSA.</summary>
    public static VerificationKey? Create(ECParameters parameters, KeyOrigin origin, string? id, string? algorithm, out string? fault)
    {
        var fitting = Same(parameters.Curve, ECCurve.NamedCurves.nistP256) ? SecurityAlgorithms.EcdsaSha256
            : Same(parameters.Curve, ECCurve.NamedCurves.nistP384) ? SecurityAlgorithms.EcdsaSha384
            : null;
        if (fitting is null || Allowed([fitting], algorithm) is not { } algorithms)
        {
            fault = "is not an EC key of the curve P-256 for ES256 or P-384 for ES384";
            return null;
        }

        try
        {
            // The framework checks that the point is on the curve.
            fault = null;
            return new VerificationKey(new ECDsaSecurityKey(ECDsa.Create(parameters)), origin, id, algorithms);
        }
        catch (CryptographicException)
        {
            fault = "is an EC key that is damaged";
            return null;
        }
    }

    /// <summary>Returns whether the key is for an algorithm.</summary>
    public bool Allows(string algorithm) => _algorithms.Contains(algorithm);

    /// <summary>Returns only the type's name, because keys must not be logged.</summary>
    public override string ToString() => nameof(VerificationKey);

    private static bool Same(ECCurve curve, ECCurve named) => curve.IsNamed && curve.Oid.Value == named.Oid.Value;

    private static string[]? Allowed(string[] fitting, string? only) =>
        only is null ? fitting : fitting.Contains(only) ? [only] : null;
}
