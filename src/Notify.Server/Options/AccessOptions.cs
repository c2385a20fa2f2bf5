namespace Notify.Server.Options;

/// <summary>The key that lets a client connect and the secret that lets a backend send.</summary>
public sealed record AccessOptions
{
    private const string DefaultKey = "NOTIFICATION_KEY";
    private const string DefaultSecret = "NOTIFICATION_SECRET";

    /// <summary><c>NOTIFICATION_KEY</c>: public; without it a client's joins are ignored.</summary>
    public string Key { get; init; } = DefaultKey;

    /// <summary><c>NOTIFICATION_SECRET</c>: secret; without it a send is refused.</summary>
    public string Secret { get; init; } = DefaultSecret;

    /// <summary><c>NOTIFICATION_SECRET_PREVIOUS</c>: accepted too, while backends and nodes change to the new one; empty when there is none.</summary>
    public string PreviousSecret { get; init; } = "";

    /// <summary><c>NOTIFY_INSECURE</c>: whether sends from other hosts are served although the secret is the default one.</summary>
    public bool IsInsecure { get; init; }

    /// <summary>Gets whether the key is the one that everybody knows.</summary>
    public bool IsKeyDefault => Key == DefaultKey;

    /// <summary>Whether the secret is the one that everybody knows.</summary>
    public bool IsSecretDefault => Secret == DefaultSecret;

    /// <summary>Whether the previous secret is the one that everybody knows.</summary>
    public bool IsPreviousSecretDefault => PreviousSecret == DefaultSecret;

    /// <summary>Names the type only, because members end in logs.</summary>
    public override string ToString() => nameof(AccessOptions);
}
