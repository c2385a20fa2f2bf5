namespace Notify.Server.Access;

/// <summary>Explains why a key set could not be fetched.</summary>
internal sealed class KeySetException : Exception
{
    public KeySetException()
        : this("it could not be fetched")
    {
    }

    public KeySetException(string message)
        : base(message)
    {
    }

    public KeySetException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
