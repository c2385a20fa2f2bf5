namespace Notify.Broker.History;

/// <summary>Reports that the store cannot serve a request. The message states the problem and a fix for the operator.</summary>
public sealed class HistoryStoreException : Exception
{
    /// <summary>Gets whether the requested data is damaged, so that a retry cannot succeed.</summary>
    public bool IsDamage { get; init; }

    /// <summary>Creates the exception.</summary>
    public HistoryStoreException()
    {
    }

    /// <summary>Creates the exception with a message for the operator.</summary>
    public HistoryStoreException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message for the operator and its cause.</summary>
    public HistoryStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
