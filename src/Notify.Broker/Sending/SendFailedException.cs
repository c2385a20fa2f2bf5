namespace Notify.Broker.Sending;

/// <summary>A send is not known to be kept: its channel did not answer in time. Asking again may send it twice.</summary>
public sealed class SendFailedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SendFailedException()
    {
    }

    /// <summary>Creates the exception with a sentence for the log.</summary>
    public SendFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a sentence for the log and what caused it.</summary>
    public SendFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
