namespace Notify.Server.Access;

/// <summary>Contains the keys of a PEM file, or the reason why it cannot be used.</summary>
/// <param name="Keys">The keys; empty after an error.</param>
/// <param name="Error">One line: the setting and its file, the problem, a fix; null when the file can be used.</param>
/// <param name="Fingerprint">A hash that depends only on the file's content.</param>
internal sealed record PublicKeyReading(IReadOnlyList<VerificationKey> Keys, string? Error, string Fingerprint) : IFileContent;
