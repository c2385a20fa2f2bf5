namespace Notify.Protocol.Tokens;

/// <summary>Contains what tokens must satisfy beyond their form.</summary>
public sealed record TokenRules
{
    /// <summary>Gets the name of the claim that names the user.</summary>
    public string UserClaim { get; init; } = "sub";

    /// <summary>Gets the tolerated difference between clocks, for every time in a token.</summary>
    public TimeSpan Skew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how far away <c>exp</c> and <c>session_exp</c> may be.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(24);
}
