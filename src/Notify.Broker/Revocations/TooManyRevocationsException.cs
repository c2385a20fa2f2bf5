namespace Notify.Broker.Revocations;

/// <summary>Reports that no more revocations can be stored.</summary>
public sealed class TooManyRevocationsException : Exception
{
    /// <summary>Creates the exception.</summary>
    public TooManyRevocationsException()
        : base($"There are {Revocation.MaxCount} revocations already; rotate NOTIFY_TOKEN_SECRET instead, which refuses all tokens.")
    {
    }

    /// <summary>Creates the exception with another message.</summary>
    public TooManyRevocationsException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with another message and its cause.</summary>
    public TooManyRevocationsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
