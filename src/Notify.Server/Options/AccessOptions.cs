namespace Notify.Server.Options;

/// <summary>Configures the key for clients and the secret for backends.</summary>
public sealed record AccessOptions
{
    private const string DefaultKey = "NOTIFICATION_KEY";
    private const string DefaultSecret = "NOTIFICATION_SECRET";

    /// <summary>Gets <c>NOTIFICATION_KEY</c>, which is public. Joins without it are ignored.</summary>
    public string Key { get; init; } = DefaultKey;

    /// <summary>Gets <c>NOTIFICATION_SECRET</c>. Publishes without it are refused.</summary>
    public string Secret { get; init; } = DefaultSecret;

    /// <summary>
    /// Gets <c>NOTIFICATION_SECRET_PREVIOUS</c>, which is also accepted while backends and nodes change to the new secret; empty when there
    /// is none.
    /// </summary>
    public string PreviousSecret { get; init; } = "";

    /// <summary>Gets <c>NOTIFY_INSECURE</c>: whether other hosts may publish with the default secret.</summary>
    public bool IsInsecure { get; init; }

    /// <summary>Gets <c>NOTIFY_SEND_RATE</c>: the requests that one secret may send each second; 0 for no limit.</summary>
    public int SendRate { get; init; }

    /// <summary>Gets <c>NOTIFY_SECRETS</c>: the file with the secrets of backends; null when there is none.</summary>
    public string? SecretsPath { get; init; }

    /// <summary>Gets <c>NOTIFY_ACCESS</c>: who may join which channels.</summary>
    public AccessRules Rules { get; init; } = AccessRules.Open;

    /// <summary>Gets <c>NOTIFY_ACCESS_MODE</c>: whether joins that the rules forbid are refused.</summary>
    public AccessMode Mode { get; init; }

    /// <summary>Gets whether the key is the default one.</summary>
    public bool IsKeyDefault => Key == DefaultKey;

    /// <summary>Gets whether the secret is the default one, which is publicly known.</summary>
    public bool IsSecretDefault => Secret == DefaultSecret;

    /// <summary>
    /// Gets whether the default secret is accepted: it is in use, and there is no file with the secrets of backends.
    /// </summary>
    public bool AcceptsDefaultSecret => IsSecretDefault && SecretsPath is null;

    /// <summary>Gets whether the previous secret is the default one, which is publicly known.</summary>
    public bool IsPreviousSecretDefault => PreviousSecret == DefaultSecret;

    /// <summary>Returns whether a secret is the default one, which is publicly known.</summary>
    public static bool IsWellKnown(string secret) => secret == DefaultSecret;

    /// <summary>Returns only the type's name, because options may be logged.</summary>
    public override string ToString() => nameof(AccessOptions);
}
