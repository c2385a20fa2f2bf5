namespace Notify.Server.Access;

/// <summary>Contains the answer to a client that wants to join a channel.</summary>
/// <param name="Error">The error; null when the client may join.</param>
/// <param name="WouldRefuse">The error that <c>enforce</c> would give while <c>observe</c> lets the client in.</param>
/// <param name="Pending">The decision that the backend still has to complete; null when there is nothing to wait for.</param>
internal readonly record struct JoinPermit(string? Error, string? WouldRefuse = null, AccessDecision? Pending = null)
{
    /// <summary>Gets the permit without conditions.</summary>
    public static JoinPermit Granted { get; }
}
