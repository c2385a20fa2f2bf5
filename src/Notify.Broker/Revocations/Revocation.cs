namespace Notify.Broker.Revocations;

/// <summary>Refuses tokens. Times are whole seconds since 1970.</summary>
/// <param name="Kind">What the name is.</param>
/// <param name="Name">The user, the session or the id of a token.</param>
/// <param name="Before">Tokens that were issued in this second or earlier are refused. Ignored for blocked users.</param>
/// <param name="Until">The second from which the revocation has no effect, because all of its tokens have expired or the block has
/// ended.</param>
/// <param name="Changed">The number of the change: later changes have larger numbers. 0 until it is stored.</param>
public sealed record Revocation(RevocationKind Kind, string Name, long Before, long Until, long Changed = 0)
{
    /// <summary>The maximum number of revocations that are in force.</summary>
    public const int MaxCount = 100_000;

    /// <summary>
    /// How long a revocation is stored after it has ended, in seconds, so that all nodes read that a block was lifted.
    /// </summary>
    public const long Afterlife = 3600;
}
