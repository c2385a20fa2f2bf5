namespace Notify.Server.Operators;

/// <summary>Describes an open connection for an operator.</summary>
public sealed record ConnectionInfo
{
    /// <summary>Gets the id of the connection, which <c>POST /api/disconnect</c> takes.</summary>
    public required string Connection { get; init; }

    /// <summary>Gets the name of its node.</summary>
    public required string Node { get; init; }

    /// <summary>Gets the id by which the client knows itself; null when it has none yet.</summary>
    public string? Socket { get; init; }

    /// <summary>Gets the user of its token; null for nobody.</summary>
    public string? User { get; init; }

    /// <summary>Gets the session of its token; null without one.</summary>
    public string? Session { get; init; }

    /// <summary>Gets the protocol: <c>socketio3</c>, <c>socketio4</c>, <c>plain</c> or <c>events</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>Gets the transport: <c>polling</c>, <c>websocket</c> or <c>stream</c>.</summary>
    public required string Transport { get; init; }

    /// <summary>
    /// Gets the client's address; without tokens the network of an IPv6 address, and null for this host and for addresses without limits.
    /// </summary>
    public string? Address { get; init; }

    /// <summary>Gets the origin of the page; null when there is none, or the server has no key for tokens and does not keep it.</summary>
    public string? Origin { get; init; }

    /// <summary>Gets when it was opened.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>Gets the number of channels that it has joined.</summary>
    public required int Channels { get; init; }

    /// <summary>Gets the size of its send queue, in bytes.</summary>
    public required long Queued { get; init; }

    /// <summary>Gets when something was last written to it; null for never.</summary>
    public DateTimeOffset? LastWriteAt { get; init; }

    /// <summary>Gets how long its token still lasts, in milliseconds; null without one.</summary>
    public long? ExpiresInMs { get; init; }
}
