namespace Notify.Server.Options;

/// <summary>Everything that an operator can set, one part per subject; <c>new NotifyOptions()</c> is the defaults.</summary>
public sealed record NotifyOptions
{
    /// <summary>Where the server listens.</summary>
    public ListenOptions Listen { get; init; } = new();

    /// <summary>The key and the secret.</summary>
    public AccessOptions Access { get; init; } = new();

    /// <summary>Which web pages may connect.</summary>
    public CorsOptions Cors { get; init; } = new();

    /// <summary>The page at the root.</summary>
    public ConsoleOptions Console { get; init; } = new();

    /// <summary>What is kept of each channel.</summary>
    public HistoryOptions History { get; init; } = new();

    /// <summary>The limits of a send.</summary>
    public SendOptions Send { get; init; } = new();

    /// <summary>The limits of a socket.</summary>
    public ConnectionOptions Connection { get; init; } = new();

    /// <summary>The limits of one client address.</summary>
    public AddressOptions Address { get; init; } = new();

    /// <summary>The sessions of Socket.IO clients.</summary>
    public SocketIoOptions SocketIo { get; init; } = new();

    /// <summary>How the server leaves.</summary>
    public ShutdownOptions Shutdown { get; init; } = new();

    /// <summary>How this node is one of several.</summary>
    public ClusterOptions Cluster { get; init; } = new();
}
