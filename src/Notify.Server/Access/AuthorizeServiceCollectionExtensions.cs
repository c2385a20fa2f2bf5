using Notify.Broker;
using Notify.Server.Options;

namespace Notify.Server.Access;

/// <summary>Registers what asks the backend about joins.</summary>
internal static class AuthorizeServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IAuthorizeClient"/>. Adds nothing without a URL, or without a secret: the rule <c>ask</c> needs both.
    /// </summary>
    public static void AddAuthorize(this IServiceCollection services, NotifyOptions options)
    {
        if (options.Authorize.Url is not { } url || options.Authorize.Secret.Length == 0)
        {
            return;
        }

        services.AddSingleton<IAuthorizeClient>(provider => new AuthorizeClient(
            url,
            options.Authorize,
            provider.GetRequiredService<BrokerNode>().Metrics,
            provider.GetRequiredService<ILogger<AuthorizeLog>>(),
            provider.GetRequiredService<TimeProvider>()));
    }
}
