using System.Net;

namespace Notify.Client;

/// <summary>Is thrown when a send did not succeed.</summary>
public sealed class NotifySendException : NotifyException
{
    internal NotifySendException(string message, HttpStatusCode? status, string? problem, bool mayBeStored, string key, Exception? inner)
        : base(message, inner) => (StatusCode, Problem, MayBeStored, IdempotencyKey) = (status, problem, mayBeStored, key);

    /// <summary>Gets the status of the last response; null when there was none.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>Gets what the server said about the error; null when it said nothing.</summary>
    public string? Problem { get; }

    /// <summary>
    /// Gets whether the notification may be stored all the same. To find out, send it again with the same <see cref="IdempotencyKey"/>.
    /// </summary>
    public bool MayBeStored { get; }

    /// <summary>Gets the idempotency key of the send.</summary>
    public string IdempotencyKey { get; }
}
