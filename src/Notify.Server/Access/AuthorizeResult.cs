namespace Notify.Server.Access;

/// <summary>Represents the result of one question to the backend.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="TimeToLive">How long the answer may be cached; null when the backend does not say so.</param>
/// <param name="Failure">Why there is no usable answer.</param>
/// <param name="Reason">The same in words for the log; null when there is an answer.</param>
internal readonly record struct AuthorizeResult(
    AuthorizeAnswer Answer, TimeSpan? TimeToLive = null, AuthorizeFailure Failure = AuthorizeFailure.None, string? Reason = null)
{
    /// <summary>
    /// Gets whether the result speaks against the backend. A question that it rejects does not: a client that sends long cookies could
    /// otherwise stop the questions of all others.
    /// </summary>
    public bool IsFault => Failure is not (AuthorizeFailure.None or AuthorizeFailure.Rejected);

    /// <summary>Gets whether the backend was asked.</summary>
    public bool WasAsked => Failure is not (AuthorizeFailure.Broken or AuthorizeFailure.Full or AuthorizeFailure.Unexpected);

    /// <summary>Returns the result without a usable answer.</summary>
    public static AuthorizeResult Unavailable(AuthorizeFailure failure, string reason) =>
        new(AuthorizeAnswer.Unavailable, Failure: failure, Reason: reason);
}
