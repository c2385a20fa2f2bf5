using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Notify.Server.Limits;
using Notify.Server.Listening;

namespace Notify.Server.Tls;

/// <summary>
/// Closes connections that do not begin with a TLS handshake. The framework requests the certificate only after a hello, and without one it
/// fails because it has no certificate. Kestrel would log a stack trace for each of these connections, and anybody can open many of them.
/// </summary>
internal static class TlsHandshakeLogFilter
{
    /// <summary>Adds the filter. Must precede TLS.</summary>
    public static void UseNoHandshakes(this ListenOptions listen)
    {
        var refusals = listen.ApplicationServices.GetRequiredService<RefusalLog>();
        listen.Use(next => async connection =>
        {
            try
            {
                await next(connection);
            }
            catch (NotSupportedException) when (connection.Features.Get<IConnectionHeartbeatFeature>() is not ClientConnection)
            {
                // The connection ended in its handshake; otherwise the code after TLS would have replaced this feature.
                var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
                refusals.Add("Connections are ended, because they do not begin with TLS.", address);
            }
        });
    }
}
