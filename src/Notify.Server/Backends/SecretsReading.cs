namespace Notify.Server.Backends;

/// <summary>Contains the secrets of a file, or the reasons why it cannot be used.</summary>
/// <param name="Secrets">The secrets; null when there are errors.</param>
/// <param name="Errors">The errors.</param>
internal sealed record SecretsReading(BackendSecrets? Secrets, IReadOnlyList<string> Errors);
