using System.IO.Pipelines;
using System.Net.Security;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Notify.Server.Http2;

/// <summary>Serves HTTP/2 beside HTTP/1.1 over TLS, so that a browser's requests and event streams share one connection.</summary>
internal static class Http2Extensions
{
    // The flow control windows of one request and of one connection. Bodies are charged to an account only when they are read, and Kestrel
    // buffers up to this size before.
    private const int Window = 128 * 1024;

    /// <summary>Limits the data that a connection may send before it is read.</summary>
    public static void BoundHttp2(this KestrelServerLimits limits)
    {
        limits.Http2.InitialConnectionWindowSize = Window;
        limits.Http2.InitialStreamWindowSize = Window;
    }

    /// <summary>Offers HTTP/2. Must follow TLS, which negotiates it.</summary>
    public static void UseHttp2(this ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.Use(next => connection =>
        {
            if (connection.Features.Get<ISslStreamFeature>()?.SslStream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2)
            {
                var transport = connection.Transport;
                connection.Transport = new FilteredTransport(transport.Input, new PlainConnectSettings(transport.Output));
            }

            return next(connection);
        });
    }

    /// <summary>
    /// Rejects WebSockets over HTTP/2, which the server does not offer. Must precede the middleware that accepts WebSockets.
    /// </summary>
    public static void UseNoExtendedConnect(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true })
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status501NotImplemented;
        return Task.CompletedTask;
    });

    private sealed record FilteredTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
