namespace Notify.Client;

/// <summary>Is the base of the exceptions of this library.</summary>
public abstract class NotifyException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The message.</param>
    /// <param name="inner">The cause.</param>
    private protected NotifyException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
