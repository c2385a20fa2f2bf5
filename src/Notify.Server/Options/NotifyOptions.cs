using Notify.Broker;
using Notify.Server.EngineIo;
using Notify.Server.Limits;
using Notify.Server.Sessions;
using Notify.Storage;

namespace Notify.Server.Options;

/// <summary>
/// Holds all settings: the options of each part of the server, which the part uses as they are. <c>new NotifyOptions()</c> has the
/// defaults.
/// </summary>
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

    /// <summary>Gets what is measured.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>Gets the options of the console.</summary>
    public ConsoleOptions Console { get; init; } = new();

    /// <summary>Gets the options of the history store.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>Gets the options of the actors: channels, relays, and the cluster.</summary>
    public BrokerOptions Broker { get; init; } = new()
    {
        MaxSubscriptions = MemoryShares.Subscriptions,
        MaxChannels = MemoryShares.Channels,
        Channels = new() { Inboxes = InboxSettings.Default, Announcements = InboxSettings.DefaultAnnouncements },
    };

    /// <summary>Gets the options of connections of all transports.</summary>
    public ConnectionOptions Connection { get; init; } = new();

    /// <summary>Gets the options of JSON WebSockets and event streams.</summary>
    public ClientSessionOptions Sessions { get; init; } = new();

    /// <summary>Gets the options of Engine.IO.</summary>
    public EngineIoOptions Engine { get; init; } = new();

    /// <summary>Gets the options of Socket.IO sessions.</summary>
    public SocketIoOptions SocketIo { get; init; } = new();

    /// <summary>Gets the limits of one client address.</summary>
    public AddressLimitOptions Address { get; init; } = new();
}
