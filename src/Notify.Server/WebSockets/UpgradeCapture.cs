using Microsoft.AspNetCore.Http.Features;
using Notify.Server.Listening;

namespace Notify.Server.WebSockets;

/// <summary>
/// Stands between Microsoft.AspNetCore.WebSockets, which checks and answers the handshake, and the server: what is upgraded is read from the connection itself, so that it can outlive the request.
/// </summary>
internal sealed class UpgradeCapture(IHttpUpgradeFeature inner, ClientConnection connection) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    /// <summary>The stream, once upgraded.</summary>
    public UpgradedStream? Stream { get; private set; }

    public async Task<Stream> UpgradeAsync()
    {
        connection.BeginUpgrade();
        await inner.UpgradeAsync();
        return Stream = new UpgradedStream(connection);
    }
}
