namespace Notify.Client;

/// <summary>Is thrown when the server refuses a listener in a way that trying again does not change.</summary>
public sealed class NotifyRefusedException : NotifyException
{
    internal NotifyRefusedException(string message, string code, string? channel = null, Exception? inner = null)
        : base(message, inner) => (Code, Channel) = (code, channel);

    /// <summary>
    /// Gets the reason: <c>bad_key</c>, <c>bad_token</c>, <c>token_expired</c>, <c>token_revoked</c>, <c>blocked</c>,
    /// <c>disconnected</c>, <c>forbidden</c>, <c>unauthorized</c>, <c>bad_channel</c>, <c>limit</c>, or another one of the server.
    /// </summary>
    public string Code { get; }

    /// <summary>Gets the channel that was refused; null when it was the connection.</summary>
    public string? Channel { get; }
}
