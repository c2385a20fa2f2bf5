using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Notify.Server.Tests.Access;

/// <summary>Writes JSON Web Key Sets.</summary>
internal static class JsonKeys
{
    public static byte[] Set(params string[] keys) => Encoding.UTF8.GetBytes($"{{\"keys\":[{string.Join(',', keys)}]}}");

    public static string Of(ECDsa key, string? id, string more = "")
    {
        var point = key.ExportParameters(false).Q;
        return $$"""{"kty":"EC","crv":"P-{{key.KeySize}}","x":"{{Text(point.X)}}","y":"{{Text(point.Y)}}"{{Id(id)}}{{more}}}""";
    }

    public static string Of(RSA key, string? id, string more = "")
    {
        var parameters = key.ExportParameters(false);
        return $$"""{"kty":"RSA","n":"{{Text(parameters.Modulus)}}","e":"{{Text(parameters.Exponent)}}"{{Id(id)}}{{more}}}""";
    }

    private static string Id(string? id) => id is null ? "" : $",\"kid\":\"{id}\"";

    private static string Text(byte[]? bytes) => Base64Url.EncodeToString(bytes);
}
