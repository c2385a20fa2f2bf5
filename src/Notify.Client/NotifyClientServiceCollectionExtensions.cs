using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Notify.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the client of Notify to the services of a program.</summary>
public static class NotifyClientServiceCollectionExtensions
{
    /// <summary>The name of the client in <see cref="IHttpClientFactory"/>.</summary>
    public const string HttpClientName = "Notify";

    /// <summary>
    /// Adds <see cref="NotifySender"/> and <see cref="NotifyListener"/>. Both go through the HTTP client <see cref="HttpClientName"/>,
    /// which the result configures further.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the address, and the secret, the key or both.</param>
    public static IHttpClientBuilder AddNotifyClient(this IServiceCollection services, Action<NotifyClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure(configure);
        services.TryAddSingleton(static provider => new NotifySender(
            () => provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName),
            provider.GetRequiredService<IOptions<NotifyClientOptions>>().Value,
            provider.GetService<ILogger<NotifySender>>()));
        services.TryAddSingleton(static provider => new NotifyListener(
            provider.GetRequiredService<IOptions<NotifyClientOptions>>().Value,
            provider.GetService<ILogger<NotifyListener>>(),
            () => new HttpMessageInvoker(
                provider.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(HttpClientName), disposeHandler: false)));

        // The sender has time limits of its own, for each request and for all of them.
        return services.AddHttpClient(HttpClientName, static client => client.Timeout = Timeout.InfiniteTimeSpan);
    }
}
