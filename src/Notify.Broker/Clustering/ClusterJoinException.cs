namespace Notify.Broker.Clustering;

/// <summary>A node did not become one of its cluster; the message says what to look at.</summary>
public sealed class ClusterJoinException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ClusterJoinException()
    {
    }

    /// <summary>Creates the exception with a sentence for the operator.</summary>
    public ClusterJoinException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a sentence for the operator and what caused it.</summary>
    public ClusterJoinException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
