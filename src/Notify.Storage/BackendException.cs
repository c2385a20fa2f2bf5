namespace Notify.Storage;

/// <summary>Reports that a database transaction failed.</summary>
internal sealed class BackendException : Exception
{
    public BackendException()
    {
    }

    public BackendException(string message)
        : base(message)
    {
    }

    public BackendException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// Gets whether the data in the request caused the failure. The database works, and other requests of the batch may succeed.
    /// </summary>
    public bool IsOfData { get; init; }

    /// <summary>Gets whether the data to read is damaged.</summary>
    public bool IsDamage { get; init; }

    /// <summary>Gets whether the transaction timed out while it waited for a lock of another session.</summary>
    public bool IsBlocked { get; init; }
}
