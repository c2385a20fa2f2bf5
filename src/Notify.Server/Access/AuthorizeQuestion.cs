namespace Notify.Server.Access;

/// <summary>Contains what the backend is asked about a join.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="User">The user; null without one.</param>
/// <param name="Session">The session or device of the token; null without one.</param>
/// <param name="Connection">The id of the connection.</param>
/// <param name="Transport"><c>socketio</c>, <c>websocket</c> or <c>events</c>.</param>
/// <param name="Address">The address of the client; null when it is unknown.</param>
/// <param name="Origin">The origin of the page; null without one.</param>
/// <param name="Headers">The headers of the handshake that the request repeats.</param>
internal sealed record AuthorizeQuestion(
    string Channel,
    string? User,
    string? Session,
    string Connection,
    string Transport,
    string? Address,
    string? Origin,
    IReadOnlyList<KeyValuePair<string, string>> Headers);
