using Microsoft.Extensions.DependencyInjection.Extensions;
using Notify.Broker;
using Notify.Protocol.Tokens;
using Notify.Server.Options;

namespace Notify.Server.Access;

/// <summary>Adds the verification of tokens.</summary>
internal static class TokenExtensions
{
    /// <summary>
    /// Adds <see cref="ITokenVerifier"/>, <see cref="TokenRefusals"/>, and the services that read keys. Adds nothing without a key, so
    /// that no token is looked at. A service of the type <c>Func&lt;TokenClaims, TokenFailure&gt;</c> finds revocations.
    /// </summary>
    /// <exception cref="OptionsException">The file with the public keys cannot be used.</exception>
    public static void AddTokens(this IServiceCollection services, NotifyOptions options)
    {
        if (!options.Token.HasKeys)
        {
            return;
        }

        services.TryAddSingleton(TimeProvider.System);
        if (options.Token.PublicKeyPath is { } path)
        {
            var first = PublicKeyFile.Read(path);
            if (first.Error is { } error)
            {
                throw new OptionsException(error);
            }

            services.AddSingleton(provider => new PublicKeyReloader(
                path, first, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PublicKeyReloader>>()));
            services.AddHostedService(static provider => provider.GetRequiredService<PublicKeyReloader>());
        }

        if (options.Token.Jwks is { } place)
        {
            services.AddSingleton(new KeySetSource(place));
            services.AddSingleton(static provider => new KeySet(
                provider.GetRequiredService<KeySetSource>().Place,
                provider.GetRequiredService<KeySetSource>().ReadAsync,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<KeySet>>()));
            services.AddHostedService(static provider => provider.GetRequiredService<KeySet>());
        }

        services.AddSingleton(provider =>
        {
            var keySet = provider.GetService<KeySet>();
            var ring = new KeyRing(options.Token, provider.GetService<PublicKeyReloader>(), keySet);
            var metrics = provider.GetRequiredService<BrokerNode>().Metrics.Access;
            metrics.ObserveKeys(() => ring.Count);
            metrics.ObserveKeySet(() => keySet?.FetchedAt);
            return ring;
        });
        services.AddSingleton<ITokenVerifier>(provider => new TokenVerifier(
            options.Token,
            provider.GetRequiredService<KeyRing>(),
            provider.GetRequiredService<BrokerNode>().Metrics,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<Func<TokenClaims, TokenFailure>>() ?? (static _ => TokenFailure.None)));
        services.AddSingleton(static provider => new TokenRefusals(
            provider.GetRequiredService<BrokerNode>().Metrics,
            provider.GetRequiredService<ILogger<TokenRefusals>>(),
            provider.GetRequiredService<TimeProvider>()));
    }
}
