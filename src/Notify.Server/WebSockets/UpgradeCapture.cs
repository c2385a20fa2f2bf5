using Microsoft.AspNetCore.Http.Features;
using Notify.Server.Listening;

namespace Notify.Server.WebSockets;

/// <summary>
/// Captures the connection of an upgrade. Microsoft.AspNetCore.WebSockets checks and answers the handshake, but the WebSocket then reads
/// from the connection itself, so that it can outlive the request.
/// </summary>
internal sealed class UpgradeCapture(IHttpUpgradeFeature inner, ClientConnection connection) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    /// <summary>Gets the stream after the upgrade.</summary>
    public UpgradedStream? Stream { get; private set; }

    public async Task<Stream> UpgradeAsync()
    {
        connection.BeginUpgrade();
        await inner.UpgradeAsync();
        return Stream = new UpgradedStream(connection);
    }
}
