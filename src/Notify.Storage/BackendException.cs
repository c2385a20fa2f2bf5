namespace Notify.Storage;

/// <summary>A transaction failed.</summary>
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

    /// <summary>Whether it failed for what was in it, and not because the database does not work: the rest of it may succeed.</summary>
    public bool IsOfData { get; init; }

    /// <summary>Whether what was to be read is damaged.</summary>
    public bool IsDamage { get; init; }

    /// <summary>Whether it waited too long for what another session holds.</summary>
    public bool IsBlocked { get; init; }
}
