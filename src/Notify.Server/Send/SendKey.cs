using System.Text;
using Notify.Broker.History;

namespace Notify.Server.Send;

/// <summary>Reads the idempotency key of a request.</summary>
internal static class SendKey
{
    /// <summary>Gets the error for an invalid key.</summary>
    public static string Rule { get; } = $"Idempotency-Key is given once and has 1 to {IdempotencyKey.MaxBytes} bytes of UTF-8";

    /// <summary>Returns whether <paramref name="key"/> is valid.</summary>
    public static bool IsValid(string key) => Encoding.UTF8.GetByteCount(key) is > 0 and <= IdempotencyKey.MaxBytes;

    /// <summary>Reads the header. Returns false when it is invalid; <paramref name="key"/> is null when there is no header.</summary>
    public static bool TryRead(IHeaderDictionary headers, out string? key)
    {
        var keys = headers["Idempotency-Key"];
        key = null;
        return keys.Count == 0 || (keys.Count == 1 && HeaderText.TryReadUtf8(keys[0]!, out key) && IsValid(key));
    }
}
