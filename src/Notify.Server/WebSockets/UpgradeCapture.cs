using Microsoft.AspNetCore.Http.Features;

namespace Notify.Server.WebSockets;

/// <summary>
/// Stands between Microsoft.AspNetCore.WebSockets, which checks the handshake and makes the WebSocket for receiving, and the server,
/// and keeps the stream that the upgrade brings: ready frames are written to it as they are.
/// </summary>
internal sealed class UpgradeCapture(IHttpUpgradeFeature inner) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    /// <summary>The stream, once upgraded.</summary>
    public UpgradedStream? Stream { get; private set; }

    public async Task<Stream> UpgradeAsync() => Stream = new UpgradedStream(await inner.UpgradeAsync());
}
