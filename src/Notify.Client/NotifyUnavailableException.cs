namespace Notify.Client;

/// <summary>Is thrown when a listener did not reach the server within <see cref="NotifyClientOptions.GiveUpAfter"/>.</summary>
public sealed class NotifyUnavailableException : NotifyException
{
    internal NotifyUnavailableException(string message, Exception? inner)
        : base(message, inner)
    {
    }
}
