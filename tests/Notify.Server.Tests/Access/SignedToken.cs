using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Notify.Server.Tests.Access;

/// <summary>Signs tokens as backends do, without the library that the server uses.</summary>
internal static class SignedToken
{
    public const string Secret = "0123456789abcdef0123456789ABCDEF";
    public const string OtherSecret = "fedcba9876543210fedcba9876543210";

    /// <summary>Signs with HS256.</summary>
    public static string Of(string payload, string header = """{"alg":"HS256","typ":"JWT"}""", string secret = Secret) =>
        Sign(header, payload, body => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    /// <summary>Signs with an RSA key.</summary>
    public static string Of(
        string payload, RSA key, string header = """{"alg":"RS256"}""", HashAlgorithmName? hash = null, bool isPss = false) =>
        Sign(header, payload, body => key.SignData(
            body, hash ?? HashAlgorithmName.SHA256, isPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1));

    /// <summary>Signs with an EC key.</summary>
    public static string Of(string payload, ECDsa key, string header = """{"alg":"ES256"}""", HashAlgorithmName? hash = null) =>
        Sign(header, payload, body => key.SignData(body, hash ?? HashAlgorithmName.SHA256));

    public static string Sign(string header, string payload, Func<byte[], byte[]> sign)
    {
        var body = $"{Encode(header)}.{Encode(payload)}";
        return $"{body}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(body)))}";
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
