using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Notify.Protocol.Tokens;

namespace Notify.Server.Access;

/// <summary>
/// Parses JSON Web Key Sets (RFC 7517) with RSA and EC keys. Keys for other purposes are left out; a set without a usable key is an error.
/// </summary>
internal sealed class KeySetParser
{
    private const int MaxKeys = 50;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly List<VerificationKey> _keys = [];
    private readonly List<(LogLevel Level, string Text)> _notes = [];

    private KeySetParser()
    {
    }

    /// <summary>Parses a set. Never throws for what it contains.</summary>
    public static KeySetReading Parse(byte[] json)
    {
        var parser = new KeySetParser();
        var error = parser.Read(json);
        return new KeySetReading(error is null ? parser._keys : [], parser._notes, error);
    }

    private static string? Text(JsonElement key, string name)
    {
        try
        {
            return key.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    private static byte[]? Bytes(JsonElement key, string name)
    {
        try
        {
            return Text(key, name) is { Length: > 0 } text ? Base64Url.DecodeFromChars(text) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool IsForVerifying(JsonElement key)
    {
        if (key.TryGetProperty("use"u8, out _) && Text(key, "use") != "sig")
        {
            return false;
        }

        return !key.TryGetProperty("key_ops"u8, out var operations)
            || (operations.ValueKind == JsonValueKind.Array
                && operations.EnumerateArray().Any(static one => one.ValueKind == JsonValueKind.String && one.ValueEquals("verify"u8)));
    }

    private string? Read(byte[] json)
    {
        const string Wrong = "it is not a JSON Web Key Set, that is, a JSON object with a list named keys";
        if (!Utf8.IsValid(json))
        {
            return Wrong;
        }

        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("keys"u8, out var keys)
                || keys.ValueKind != JsonValueKind.Array)
            {
                return Wrong;
            }

            if (keys.GetArrayLength() > MaxKeys)
            {
                return FormattableString.Invariant($"it has more than {MaxKeys} keys");
            }

            foreach (var key in keys.EnumerateArray())
            {
                if (key.ValueKind != JsonValueKind.Object)
                {
                    return Wrong;
                }

                Add(key);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second one is thrown for names with half of a surrogate pair.
            return Wrong;
        }

        return _keys.Count == 0 ? "it has no key that can verify tokens" : null;
    }

    private void Add(JsonElement key)
    {
        if (!IsForVerifying(key))
        {
            return;
        }

        var id = Text(key, "kid");
        var name = "key " + LogText.Of(id);
        if (id is not null && Encoding.UTF8.GetByteCount(id) > TokenShape.MaxKeyIdBytes)
        {
            Note(LogLevel.Warning, $"{name} is ignored: its kid has more than {TokenShape.MaxKeyIdBytes} bytes");
            return;
        }

        var type = Text(key, "kty");
        if (type == "oct")
        {
            Note(LogLevel.Error, $"{name} is ignored: it is a symmetric secret, and everybody who can read the key set knows it");
        }
        else if (type == "OKP")
        {
            Note(
                LogLevel.Warning,
                $"{name} is ignored: it is {LogText.Of(Text(key, "crv"))}, which this version does not verify; use ES256");
        }
        else if (key.TryGetProperty("d"u8, out _))
        {
            Note(LogLevel.Error, $"{name} is ignored: it is a private key, and everybody who can read the key set can sign with it");
        }
        else if (type is "RSA" or "EC")
        {
            string? fault;
            var created = type == "RSA" ? Rsa(key, id, out fault) : Curve(key, id, out fault);
            if (created is not null)
            {
                _keys.Add(created);
            }
            else
            {
                Note(LogLevel.Warning, $"{name} is ignored: it {fault}");
            }
        }
    }

    private static VerificationKey? Rsa(JsonElement key, string? id, out string? fault)
    {
        var parameters = new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") };
        fault = "lacks n or e, or they are not base64url";
        return parameters.Modulus is null || parameters.Exponent is null
            ? null
            : VerificationKey.Create(parameters, KeyOrigin.KeySet, id, Text(key, "alg"), out fault);
    }

    private static VerificationKey? Curve(JsonElement key, string? id, out string? fault)
    {
        var parameters = new ECParameters
        {
            Curve = Text(key, "crv") switch
            {
                "P-256" => ECCurve.NamedCurves.nistP256,
                "P-384" => ECCurve.NamedCurves.nistP384,
                _ => default,
            },
            Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") },
        };
        fault = "lacks x or y, or they are not base64url";
        return parameters.Q.X is null || parameters.Q.Y is null
            ? null
            : VerificationKey.Create(parameters, KeyOrigin.KeySet, id, Text(key, "alg"), out fault);
    }

    private void Note(LogLevel level, string text) => _notes.Add((level, text));
}
