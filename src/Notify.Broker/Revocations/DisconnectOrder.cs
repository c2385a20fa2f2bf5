namespace Notify.Broker.Revocations;

/// <summary>Selects connections to end. Exactly one of the four names is set.</summary>
public sealed record DisconnectOrder
{
    /// <summary>Gets the user whose connections end.</summary>
    public string? User { get; init; }

    /// <summary>Gets the session or device (claim <c>sid</c>) whose connections end.</summary>
    public string? Session { get; init; }

    /// <summary>Gets the token (claim <c>jti</c>) whose connections end.</summary>
    public string? TokenId { get; init; }

    /// <summary>Gets the id of the connection that ends.</summary>
    public string? Connection { get; init; }

    /// <summary>
    /// Gets the second since 1970 up to which a token must have been issued for its connection to end; null ends all connections.
    /// </summary>
    public long? Before { get; init; }

    /// <summary>Gets why they end.</summary>
    public required DisconnectKind Kind { get; init; }

    /// <summary>Gets the backend's reason, which clients are told: at most 100 characters.</summary>
    public string Reason { get; init; } = "";
}
