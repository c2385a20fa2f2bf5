using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Notify.Server.Options;

namespace Notify.Server.Access;

/// <summary>Signs questions to the backend as Standard Webhooks describes, so that any library for it verifies them.</summary>
internal sealed class AuthorizeSigner
{
    private readonly byte[][] _keys;

    /// <summary>Creates the signer.</summary>
    /// <param name="options">The settings with the secret, and with the previous one if there is one.</param>
    /// <exception cref="OptionsException">A secret has the wrong form.</exception>
    public AuthorizeSigner(AuthorizeOptions options)
    {
        _keys = options.PreviousSecret.Length == 0
            ? [Decode("NOTIFY_AUTHORIZE_SECRET", options.Secret)]
            :
            [
                Decode("NOTIFY_AUTHORIZE_SECRET", options.Secret),
                Decode("NOTIFY_AUTHORIZE_SECRET_PREVIOUS", options.PreviousSecret),
            ];
    }

    /// <summary>Adds the id, the time and the signatures to a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="now">The present.</param>
    public void Sign(HttpRequestMessage request, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var id = "msg_" + Guid.CreateVersion7(now).ToString("N");
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);

        // The backend accepts the request if it knows one of the secrets.
        request.Headers.TryAddWithoutValidation(
            "webhook-signature", string.Join(' ', _keys.Select(key => "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)))));
    }

    private static byte[] Decode(string name, string secret) => AccessSettingKinds.TryDecode(secret, out var key)
        ? key
        : throw new OptionsException($"{name} (value not shown): must be {AccessSettingKinds.WebhookSecret.Allowed}");
}
