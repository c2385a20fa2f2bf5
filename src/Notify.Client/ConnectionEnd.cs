namespace Notify.Client;

/// <summary>Represents the end of a connection after which the listener comes back.</summary>
/// <param name="Reason">Why it ended.</param>
/// <param name="Delay">The pause for which the server asks; null for none.</param>
/// <param name="IsTokenExpired">Whether the token was refused because it has expired.</param>
internal sealed record ConnectionEnd(string Reason, TimeSpan? Delay = null, bool IsTokenExpired = false);
