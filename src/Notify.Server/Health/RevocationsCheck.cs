using Microsoft.Extensions.Diagnostics.HealthChecks;
using Notify.Broker.Revocations;
using Notify.Server.Options;

namespace Notify.Server.Health;

/// <summary>
/// Finds a node degraded that has keys for tokens and accepts none, because it has not read yet which are revoked. It serves other clients.
/// </summary>
/// <param name="options">Knows whether the server takes tokens.</param>
/// <param name="revocations">Knows whether the revocations are read.</param>
internal sealed class RevocationsCheck(NotifyOptions options, RevokedTokens revocations) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(options.Token.HasKeys && !revocations.IsRead
            ? HealthCheckResult.Degraded("The revocations of tokens are not read yet, so tokens are refused as unavailable.")
            : HealthCheckResult.Healthy());
}
