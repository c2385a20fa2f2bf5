using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Notify.Broker.History;

namespace Notify.Server.Inboxes;

/// <summary>
/// Signs and checks links to items, for e-mails: who opens one needs no token. A link is good for one item and for 30 days. The store holds
/// the key, so every node accepts the links of the others. The <c>memory</c> store has none: a restart would end all links.
/// </summary>
/// <param name="readKey">Reads the key from the store; see <see cref="IHistoryStore.ReadLinkKeyAsync"/>.</param>
/// <param name="time">The clock.</param>
internal sealed class ItemLinks(Func<Task<byte[]?>> readKey, TimeProvider time)
{
    /// <summary>The parameter with the signature.</summary>
    public const string Signature = "s";

    /// <summary>The parameter with the time at which the link expires, in Unix seconds.</summary>
    public const string Expiry = "x";

    // 128 bits cannot be guessed, because each guess is a request.
    private const int SignatureBytes = 16;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private byte[]? _key;

    /// <summary>Returns what makes the links of a user, as paths of this server; null when there are none.</summary>
    /// <param name="user">The user.</param>
    /// <exception cref="HistoryStoreException">The store is unavailable.</exception>
    public async ValueTask<Func<ItemAddress, string>?> OfAsync(string user)
    {
        if (await KeyAsync() is not { } key)
        {
            return null;
        }

        var expiry = (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
        return item =>
        {
            var path = new StringBuilder("/inbox/go?user=").Append(Uri.EscapeDataString(user));
            if (item.Of is { } channel)
            {
                path.Append("&channel=").Append(Uri.EscapeDataString(channel));
            }

            return path
                .Append(CultureInfo.InvariantCulture, $"&epoch={Uri.EscapeDataString(item.Epoch)}&offset={item.Offset}")
                .Append(CultureInfo.InvariantCulture, $"&{Expiry}={expiry}&{Signature}={Sign(key, user, item, expiry)}")
                .ToString();
        };
    }

    /// <summary>Returns whether a link has the right signature and has not expired.</summary>
    /// <param name="user">The user.</param>
    /// <param name="item">The item.</param>
    /// <param name="expiry">When the link expires, in Unix seconds.</param>
    /// <param name="signature">The signature.</param>
    /// <exception cref="HistoryStoreException">The store is unavailable.</exception>
    public async ValueTask<bool> AllowAsync(string user, ItemAddress item, long expiry, string signature) =>
        await KeyAsync() is { } key
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(Sign(key, user, item, expiry)), Encoding.UTF8.GetBytes(signature))
        && time.GetUtcNow().ToUnixTimeSeconds() < expiry;

    // As JSON, because names may contain every character that could separate them.
    private static string Sign(byte[] key, string user, ItemAddress item, long expiry)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes<string?[]>(
        [
            user, item.Of, item.Epoch,
            item.Offset.ToString(CultureInfo.InvariantCulture), expiry.ToString(CultureInfo.InvariantCulture),
        ]);
        return Base64Url.EncodeToString(HMACSHA256.HashData(key, text).AsSpan(0, SignatureBytes));
    }

    private async ValueTask<byte[]?> KeyAsync() => _key ??= await readKey();
}
