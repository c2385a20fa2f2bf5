namespace Notify.Server.Backends;

/// <summary>Holds the secrets in use. They may be replaced at any time.</summary>
/// <param name="first">The first secrets.</param>
internal sealed class CurrentSecrets(BackendSecrets first)
{
    private BackendSecrets _value = first;

    /// <summary>Gets or sets the secrets.</summary>
    public BackendSecrets Value
    {
        get => Volatile.Read(ref _value);
        set => Volatile.Write(ref _value, value);
    }
}
