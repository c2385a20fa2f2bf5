using Microsoft.Extensions.DependencyInjection.Extensions;
using Notify.Broker;
using Notify.Broker.Revocations;
using Notify.Protocol.Tokens;
using Notify.Server.Limits;
using Notify.Server.Options;
using Notify.Server.Sessions;

namespace Notify.Server.Access;

/// <summary>Registers what decides about clients: tokens, rules, and the index of identified connections.</summary>
internal static class AccessServiceCollectionExtensions
{
    /// <summary>Adds the services.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">The settings.</param>
    public static void AddAccess(this IServiceCollection services, NotifyOptions options)
    {
        services.TryAddSingleton<Func<TokenClaims, TokenFailure>>(provider => provider.GetRequiredService<RevokedTokens>().Check);
        services.AddTokens(options);
        services.AddAuthorize(options);
        services.AddSingleton(new IdentityDirectory(options.Address.MaxConnectionsPerUser));
        services.TryAddSingleton<ILocalConnections>(static provider => new LocalConnections(
            provider.GetRequiredService<IdentityDirectory>(), provider));
        services.AddSingleton<Observations>();
        services.AddSingleton(provider => new AccessControl(
            options,
            provider.GetRequiredService<AddressLimits>(),
            provider.GetRequiredService<IdentityDirectory>(),
            provider.GetRequiredService<Observations>(),
            provider.GetRequiredService<BrokerNode>().Metrics,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<TokenRefusals>(),
            provider.GetService<ITokenVerifier>(),
            provider.GetService<IAuthorizeClient>()));
    }
}
