namespace Notify.Protocol.Tokens;

/// <summary>Contains what a token's header says about its key (RFC 7515, section 4.1). The sender chose it; it is not verified.</summary>
/// <param name="Algorithm"><c>alg</c>.</param>
/// <param name="KeyId"><c>kid</c>: at most 128 bytes; null without it.</param>
public sealed record TokenHeader(string Algorithm, string? KeyId);
