using Microsoft.AspNetCore.Server.Kestrel.Core;
using Notify.Server.Limits;

namespace Notify.Server.Listening;

/// <summary>Prepares what listens for clients.</summary>
public static class ConnectionLimitExtensions
{
    /// <summary>Lets WebSockets outlive the requests that they began as, and send for themselves. Comes after TLS, if there is any.</summary>
    public static void UseClientConnections(this ListenOptions listen)
    {
        var received = listen.ApplicationServices.GetRequiredService<ReceiveAccount>();
        listen.Use(next => connection => ClientConnection.RunAsync(connection, next, received));
    }
}
