using Microsoft.AspNetCore.Authorization;
using Notify.Broker;
using Notify.Server.Endpoints;
using Notify.Server.Limits;
using Notify.Server.Listening;
using Notify.Server.Options;
using Notify.Server.Send;

namespace Notify.Server.Backends;

/// <summary>Adds the secrets of backends, and lets endpoints require a scope.</summary>
internal static class BackendExtensions
{
    /// <summary>The policy of endpoints that any right secret opens.</summary>
    public const string AnyBackend = "backend";

    /// <summary>The policy of metrics: the scope, a request of this host, or one to the listener for operators.</summary>
    public const string MetricsOrThisHost = "metrics or this host";

    /// <summary>Adds the authentication of backends.</summary>
    /// <exception cref="OptionsException">The file of <c>NOTIFY_SECRETS</c> cannot be used.</exception>
    public static void AddBackends(this IServiceCollection services, NotifyOptions options)
    {
        AddSecrets(services, options);
        services.AddSingleton<BackendLog>();
        services.AddSingleton(provider => new BackendAccess(
            options.Access,
            provider.GetRequiredService<CurrentSecrets>(),
            provider.GetRequiredService<AddressLimits>(),
            provider.GetRequiredService<BrokerNode>().Metrics,
            provider.GetRequiredService<BackendLog>()));
        services.AddAuthenticationCore(static authentication =>
            authentication.AddScheme<BackendAuthenticationHandler>(BackendAuthenticationHandler.SchemeName, displayName: null));
        services.AddAuthorization(static authorization =>
        {
            authorization.AddPolicy(AnyBackend, static policy => Of(policy).RequireAuthenticatedUser());
            authorization.AddPolicy(MetricsOrThisHost, static policy => Of(policy).RequireAssertion(static request =>
                request.User.HasClaim(BackendAuthenticationHandler.ScopeClaim, BackendScopes.NameOf(BackendScope.Metrics))
                || (request.Resource is HttpContext context && (AdminListener.Is(context) || LoopbackRequest.IsFrom(context)))));
            foreach (var scope in BackendScopes.Names)
            {
                authorization.AddPolicy(scope, policy => Of(policy).RequireClaim(BackendAuthenticationHandler.ScopeClaim, scope));
            }
        });

        // The service logs a line for each refusal; BackendLog logs one a minute.
        services.AddLogging(static logging => logging.AddFilter("Microsoft.AspNetCore.Authorization", LogLevel.Warning));
    }

    /// <summary>Authorizes requests of endpoints that require it, and no others. Must come after routing.</summary>
    public static void UseBackends(this IApplicationBuilder app)
    {
        // The host would otherwise put both in front of the pipeline, where they would cost every poll of a client.
        app.Properties["__AuthenticationMiddlewareSet"] = true;
        app.Properties["__AuthorizationMiddlewareSet"] = true;
        app.UseWhen(
            static context => context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null,
            static endpoints => endpoints.UseAuthorization());
    }

    /// <summary>Requires a scope. Calls of endpoints for operators are logged.</summary>
    public static RouteHandlerBuilder RequireScope(this RouteHandlerBuilder endpoint, BackendScope scope)
    {
        endpoint.RequireAuthorization(BackendScopes.NameOf(scope));
        return scope == BackendScope.Admin
            ? endpoint.AddEndpointFilter<RouteHandlerBuilder, AdminCallFilter>().WithMetadata(OperatorsOnly.Instance)
            : endpoint;
    }

    /// <summary>Returns the backend of an authorized request.</summary>
    public static Backend Backend(this HttpContext context) =>
        context.Features.Get<Backend>() ?? throw new InvalidOperationException("The endpoint requires no backend.");

    /// <summary>Sets the subject of an operator's call for its log line.</summary>
    public static void SetSubject(this HttpContext context, string subject) => context.Features.Set(new AdminSubject(subject));

    private static AuthorizationPolicyBuilder Of(AuthorizationPolicyBuilder policy) =>
        policy.AddAuthenticationSchemes(BackendAuthenticationHandler.SchemeName);

    private static void AddSecrets(IServiceCollection services, NotifyOptions options)
    {
        if (options.Access.SecretsPath is not { } path)
        {
            var rate = new SendRate(options.Access.SendRate, TimeProvider.System);
            services.AddSingleton(new CurrentSecrets(new BackendSecrets(BackendSecrets.OfSettings(options.Access, rate))));
            return;
        }

        var file = new SecretsFile(path, options, TimeProvider.System);
        var text = file.Open();
        var reading = file.Parse(text);
        var first = reading.Secrets ?? throw new OptionsException(reading.Errors);
        services.AddSingleton(new CurrentSecrets(first));
        services.AddSingleton(provider => new SecretsReloader(
            file,
            text,
            provider.GetRequiredService<CurrentSecrets>(),
            TimeProvider.System,
            provider.GetRequiredService<ILogger<SecretsReloader>>()));
        services.AddHostedService(static provider => provider.GetRequiredService<SecretsReloader>());
    }
}
