using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Notify.Server.Limits;
using Notify.Server.Listening;

namespace Notify.Server.Tls;

/// <summary>
/// Ends connections that do not begin with a handshake of TLS. The framework asks for the certificate only once it has seen a hello, and
/// without one it fails for want of it: Kestrel would log each with a stack trace, and strangers can open as many as they like.
/// </summary>
internal static class TlsHandshakeLogFilter
{
    /// <summary>Comes before TLS.</summary>
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
                // It got no further than its handshake: what comes after TLS puts itself there.
                var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
                refusals.Add("Connections are ended, because they do not begin with TLS.", address);
            }
        });
    }
}
