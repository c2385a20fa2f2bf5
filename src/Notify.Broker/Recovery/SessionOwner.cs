namespace Notify.Broker.Recovery;

/// <summary>Represents whose session it is, so that only the same user can recover it.</summary>
public sealed record SessionOwner
{
    private SessionOwner(string? user, bool isKnown)
    {
        User = user;
        IsKnown = isKnown;
    }

    /// <summary>Gets the owner of a session without a user.</summary>
    public static SessionOwner Nobody { get; } = new(null, isKnown: true);

    /// <summary>Gets the owner of a session from a node of a version that does not transfer it.</summary>
    public static SessionOwner Unknown { get; } = new(null, isKnown: false);

    /// <summary>
    /// Gets the owner of a session that consists only of what its client says. It contains nothing that belongs to anybody.
    /// </summary>
    public static SessionOwner Anybody { get; } = new("*", isKnown: false);

    /// <summary>Gets whether <see cref="User"/> says whose session it is.</summary>
    public bool IsKnown { get; }

    /// <summary>Gets the user; null for nobody.</summary>
    public string? User { get; }

    /// <summary>Returns the owner of a user's session.</summary>
    /// <param name="user">The user; null for nobody.</param>
    public static SessionOwner Of(string? user) => user is null ? Nobody : new(user, isKnown: true);

    /// <summary>Returns whether a client may recover the session.</summary>
    /// <param name="user">The user of the client; null for nobody.</param>
    /// <param name="isOpen">Whether every channel is open to everybody.</param>
    public bool Admits(string? user, bool isOpen) =>
        IsKnown ? User == user : ReferenceEquals(this, Anybody) || isOpen;
}
