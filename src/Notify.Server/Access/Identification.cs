namespace Notify.Server.Access;

/// <summary>Contains the result of looking at a client's token.</summary>
/// <param name="Identity">Who the client is; null when it gave no token, or a refused one.</param>
/// <param name="Error">The code of the refusal; null when nothing is refused.</param>
/// <param name="WouldRefuse">The code with which <c>enforce</c> would refuse the token while <c>observe</c> ignores it.</param>
public readonly record struct Identification(ConnectionIdentity? Identity, string? Error, string? WouldRefuse = null)
{
    /// <summary>Gets the result for a client without a token.</summary>
    public static Identification Nobody { get; }
}
