using Microsoft.AspNetCore.Http.Features;

namespace Notify.ProtocolHost;

/// <summary>
/// Delays the first frame after the response to a WebSocket handshake. The suites' client begins to listen for messages only after the
/// connection has opened, and misses a frame that arrives together with the response.
/// </summary>
internal sealed class UnhurriedUpgrade(IHttpUpgradeFeature inner) : IHttpUpgradeFeature
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    public async Task<Stream> UpgradeAsync()
    {
        var stream = await inner.UpgradeAsync();
        await Task.Delay(Moment);
        return stream;
    }
}
