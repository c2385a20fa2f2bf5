using Microsoft.AspNetCore.Http.Features;

namespace Notify.ProtocolHost;

/// <summary>
/// Lets a moment pass between the answer to a WebSocket handshake and the first frame: the client of the suites begins to listen for
/// messages only after it has seen the connection open, and misses a frame that comes with the answer.
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
