namespace Notify.Server.EngineIo;

/// <summary>Adds an Engine.IO server to a pipeline.</summary>
public static class EngineIoExtensions
{
    /// <summary>Handles the requests below the path of <paramref name="server"/> and passes on all others.</summary>
    public static IApplicationBuilder UseEngineIo(this IApplicationBuilder app, EngineSessionManager server)
    {
        var endpoint = new EngineEndpoint(server);
        return app.Use((context, next) => endpoint.Matches(context) ? endpoint.HandleAsync(context) : next(context));
    }
}
