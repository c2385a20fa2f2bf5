namespace Notify.Server.Backends;

/// <summary>Holds the content of the file of secrets at one moment, which may be incomplete.</summary>
/// <param name="Bytes">The content; null when the file cannot be read.</param>
/// <param name="Error">The reason why it cannot be read; null when it can.</param>
internal sealed record SecretsText(byte[]? Bytes, string? Error) : IFileContent
{
    /// <summary>Gets a hash of the content or of the reason.</summary>
    public string Fingerprint { get; } = Error ?? BackendSecrets.HashOf(Bytes);

    /// <summary>Returns only the type's name, because the members must not be logged.</summary>
    public override string ToString() => nameof(SecretsText);
}
