namespace Notify.Server.Options;

/// <summary>Holds all settings, one part for each subject. <c>new NotifyOptions()</c> has the defaults.</summary>
public sealed record NotifyOptions
{
    /// <summary>Gets the listening address.</summary>
    public ListenOptions Listen { get; init; } = new();

    /// <summary>Gets the key, the secrets of backends, and the rules of channels.</summary>
    public AccessOptions Access { get; init; } = new();

    /// <summary>Gets the options of tokens.</summary>
    public TokenOptions Token { get; init; } = new();

    /// <summary>Gets the options of the backend that is asked about joins.</summary>
    public AuthorizeOptions Authorize { get; init; } = new();

    /// <summary>Gets the web pages that may connect.</summary>
    public CorsOptions Cors { get; init; } = new();

    /// <summary>Gets what is measured.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>Gets the options of the console.</summary>
    public ConsoleOptions Console { get; init; } = new();

    /// <summary>Gets the limits of the history.</summary>
    public HistoryOptions History { get; init; } = new();

    /// <summary>Gets the limits of a publish.</summary>
    public SendOptions Send { get; init; } = new();

    /// <summary>Gets the limits of connections.</summary>
    public ConnectionOptions Connection { get; init; } = new();

    /// <summary>Gets the limits of one client address.</summary>
    public AddressOptions Address { get; init; } = new();

    /// <summary>Gets the options of Socket.IO sessions.</summary>
    public SocketIoOptions SocketIo { get; init; } = new();

    /// <summary>Gets the options of the shutdown.</summary>
    public ShutdownOptions Shutdown { get; init; } = new();

    /// <summary>Gets the options of the cluster.</summary>
    public ClusterOptions Cluster { get; init; } = new();
}
