namespace Notify.Server;

/// <summary>Represents the content of one or more files at one moment, which may be incomplete.</summary>
internal interface IFileContent
{
    /// <summary>Gets a hash that depends only on the content, or on the reason why it cannot be read.</summary>
    string Fingerprint { get; }
}
