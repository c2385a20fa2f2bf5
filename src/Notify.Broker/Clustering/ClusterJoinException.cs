namespace Notify.Broker.Clustering;

/// <summary>Reports that a node could not join its cluster. The message suggests what to check.</summary>
public sealed class ClusterJoinException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ClusterJoinException()
    {
    }

    /// <summary>Creates the exception with a message for the operator.</summary>
    public ClusterJoinException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message for the operator and its cause.</summary>
    public ClusterJoinException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
