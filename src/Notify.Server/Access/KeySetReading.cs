namespace Notify.Server.Access;

/// <summary>Contains the usable keys of a JSON Web Key Set, or the reason why it cannot be used.</summary>
/// <param name="Keys">The usable keys; empty after an error.</param>
/// <param name="Notes">One sentence for each key that is not used, for the log.</param>
/// <param name="Error">Why the set cannot be used; null when it can.</param>
internal sealed record KeySetReading(
    IReadOnlyList<VerificationKey> Keys, IReadOnlyList<(LogLevel Level, string Text)> Notes, string? Error);
