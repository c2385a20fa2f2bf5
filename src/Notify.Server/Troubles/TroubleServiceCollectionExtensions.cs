using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Notify.Server.Troubles;

/// <summary>Registers <see cref="INodeTroubles"/>.</summary>
internal static class TroubleServiceCollectionExtensions
{
    /// <summary>Adds the services.</summary>
    public static void AddTroubles(this IServiceCollection services)
    {
        services.AddSingleton<TroubleLog>();
        services.AddSingleton<ILoggerProvider>(static provider => provider.GetRequiredService<TroubleLog>());
        services.AddSingleton<NodeTroubles>();
        services.TryAddSingleton<INodeTroubles>(static provider => provider.GetRequiredService<NodeTroubles>());
        services.AddHostedService(static provider => provider.GetRequiredService<NodeTroubles>());
    }
}
