namespace Notify.Broker.Sending;

/// <summary>
/// Reports that the outcome of a publish is unknown, because its channel did not respond in time. A retry may deliver the notification
/// twice.
/// </summary>
public sealed class SendFailedException : Exception
{
    /// <summary>Gets the reason.</summary>
    public SendFailure Failure { get; init; }

    /// <summary>Gets whether the node has too much to do, and nothing was stored.</summary>
    public bool IsOverload => Failure is SendFailure.StoreBacklog or SendFailure.DeliveryBacklog;

    /// <summary>Creates the exception.</summary>
    public SendFailedException()
    {
    }

    /// <summary>Creates the exception with a message for the log.</summary>
    public SendFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message for the log and its cause.</summary>
    public SendFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
