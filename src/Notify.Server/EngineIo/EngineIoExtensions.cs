namespace Notify.Server.EngineIo;

/// <summary>Mounts an Engine.IO server in a pipeline.</summary>
public static class EngineIoExtensions
{
    /// <summary>Answers the requests below the path of <paramref name="server"/>; all others go on.</summary>
    public static IApplicationBuilder UseEngineIo(this IApplicationBuilder app, EngineSessionManager server)
    {
        var endpoint = new EngineEndpoint(server);
        return app.Use((context, next) => endpoint.Matches(context) ? endpoint.HandleAsync(context) : next(context));
    }
}
