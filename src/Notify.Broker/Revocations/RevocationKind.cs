namespace Notify.Broker.Revocations;

/// <summary>Names what a revocation refuses. The numbers are stored and sent between nodes, and never change.</summary>
public enum RevocationKind
{
    /// <summary>The tokens of a user that were issued until a moment.</summary>
    User = 1,

    /// <summary>The tokens of a session or device (claim <c>sid</c>) that were issued until a moment.</summary>
    Session = 2,

    /// <summary>One token, by its id (claim <c>jti</c>).</summary>
    TokenId = 3,

    /// <summary>All tokens of a user for a while.</summary>
    BlockedUser = 4,
}
