namespace Notify.Server.Sessions;

/// <summary>Describes the client of a connection for an operator.</summary>
/// <param name="Socket">The id by which the client knows itself; null when it has none yet.</param>
/// <param name="User">The user of its token; null for nobody.</param>
/// <param name="Session">The session of its token; null without one.</param>
/// <param name="ExpiresInMs">How long its token still lasts, in milliseconds; null without one.</param>
/// <param name="Address">The client's address; null when the server does not keep it, as without tokens.</param>
/// <param name="Origin">The origin of the page; null when there is none, or the server does not keep it, as without tokens.</param>
public sealed record ConnectionFacts(
    string? Socket, string? User = null, string? Session = null, long? ExpiresInMs = null, string? Address = null, string? Origin = null);
