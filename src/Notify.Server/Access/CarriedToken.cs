namespace Notify.Server.Access;

/// <summary>Contains the token in a client's handshake.</summary>
/// <param name="Text">The token; null when there is none.</param>
/// <param name="IsBad">Whether it is given in a way that is not allowed, for example twice.</param>
internal readonly record struct CarriedToken(string? Text, bool IsBad)
{
    /// <summary>Gets a handshake without a token.</summary>
    public static CarriedToken None { get; }

    /// <summary>Gets a handshake whose token is given in a way that is not allowed.</summary>
    public static CarriedToken Bad { get; } = new(null, IsBad: true);
}
