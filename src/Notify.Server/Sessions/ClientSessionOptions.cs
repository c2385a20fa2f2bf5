namespace Notify.Server.Sessions;

/// <summary>Configures the timeouts of JSON WebSockets and event streams.</summary>
public sealed record ClientSessionOptions
{
    /// <summary>Gets the interval of the server's keep-alives on every connection: a WebSocket ping or a comment.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Gets how long a WebSocket client may send nothing, not even pongs.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>Gets how long a WebSocket client may take for one message, from its first frame to its last.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets how long a client may take to read the end of its connection before it is cut off.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
