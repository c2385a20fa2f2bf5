namespace Notify.Broker.History;

/// <summary>The store cannot do what it was asked. The message is for the operator: what is wrong, and what to do.</summary>
public sealed class HistoryStoreException : Exception
{
    /// <summary>Whether what was asked for is damaged, so that asking again is of no use.</summary>
    public bool IsDamage { get; init; }

    /// <summary>Creates the exception.</summary>
    public HistoryStoreException()
    {
    }

    /// <summary>Creates the exception with a sentence for the operator.</summary>
    public HistoryStoreException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a sentence for the operator and what caused it.</summary>
    public HistoryStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
