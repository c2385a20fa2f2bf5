using Microsoft.AspNetCore.Server.Kestrel.Core;
using Notify.Server.Limits;

namespace Notify.Server.Listening;

/// <summary>Prepares the listeners for clients.</summary>
public static class ConnectionLimitExtensions
{
    /// <summary>Lets WebSockets outlive their requests and write to the socket directly. Must follow TLS, if there is any.</summary>
    public static void UseClientConnections(this ListenOptions listen)
    {
        var received = listen.ApplicationServices.GetRequiredService<ReceiveAccount>();
        var time = listen.ApplicationServices.GetRequiredService<TimeProvider>();
        listen.Use(next => connection => ClientConnection.RunAsync(connection, next, received, time));
    }
}
