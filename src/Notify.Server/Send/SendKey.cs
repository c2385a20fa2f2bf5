using System.Text;
using Notify.Broker.History;

namespace Notify.Server.Send;

/// <summary>The key by which a backend names a request, so that it can be repeated.</summary>
internal static class SendKey
{
    /// <summary>What is wrong with a key that is not one.</summary>
    public static string Rule { get; } = $"Idempotency-Key is given once and has 1 to {IdempotencyKey.MaxBytes} bytes of UTF-8";

    /// <summary>Whether <paramref name="key"/> is one.</summary>
    public static bool IsValid(string key) => Encoding.UTF8.GetByteCount(key) is > 0 and <= IdempotencyKey.MaxBytes;

    /// <summary>Reads the header. False when it is not a key; <paramref name="key"/> is null when there is none.</summary>
    public static bool TryRead(IHeaderDictionary headers, out string? key)
    {
        var keys = headers["Idempotency-Key"];
        key = null;
        return keys.Count == 0 || (keys.Count == 1 && HeaderText.TryReadUtf8(keys[0]!, out key) && IsValid(key));
    }
}
