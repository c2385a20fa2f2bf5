using Notify.Broker.Sending;

namespace Notify.Broker.Metrics;

/// <summary>Names how a request to publish was answered, as the metric does.</summary>
/// <param name="Name">The name.</param>
/// <param name="IsTimed">Whether its duration says something about the broker. A refusal at once says nothing.</param>
/// <param name="IsAccepted">Whether the notification is stored.</param>
public sealed record PublishOutcome(string Name, bool IsTimed = false, bool IsAccepted = false)
{
    /// <summary>The notification is stored.</summary>
    public static readonly PublishOutcome Accepted = new("accepted", IsTimed: true, IsAccepted: true);

    /// <summary>The same request was accepted before, by its idempotency key.</summary>
    public static readonly PublishOutcome Duplicate = new("duplicate", IsTimed: true, IsAccepted: true);

    /// <summary>The request is not valid.</summary>
    public static readonly PublishOutcome Invalid = new("invalid");

    /// <summary>The backend may not publish this.</summary>
    public static readonly PublishOutcome Refused = new("refused");

    /// <summary>The notification is not known to be stored.</summary>
    public static readonly PublishOutcome Unavailable = new("unavailable", IsTimed: true);

    /// <summary>The server receives too much at once.</summary>
    public static readonly PublishOutcome Overload = new("overload", IsTimed: true);

    /// <summary>Gets all outcomes.</summary>
    public static IReadOnlyList<PublishOutcome> All { get; } = [Accepted, Duplicate, Invalid, Refused, Unavailable, Overload];

    /// <summary>Returns the outcome of a request that was answered with a status.</summary>
    /// <param name="status">The status of the response.</param>
    /// <param name="isOverload">Whether a 503 says that the server has too much to do, and not that it cannot tell what is stored.</param>
    public static PublishOutcome Of(int status, bool isOverload = false) => status switch
    {
        < 300 => Accepted,
        401 or 403 or 429 => Refused,
        >= 500 => isOverload ? Overload : Unavailable,
        _ => Invalid,
    };

    /// <summary>
    /// Returns the outcome of a request that failed with an exception. A client that disconnects, or sends a body that cannot be read, says
    /// nothing about the broker.
    /// </summary>
    public static PublishOutcome Of(Exception exception) => exception switch
    {
        SendFailedException { IsOverload: true } => Overload,
        IOException or OperationCanceledException => Invalid,
        _ => Unavailable,
    };
}
