namespace Notify.Broker.Connections;

/// <summary>Defines the names of the errors in the response to a join.</summary>
public static class JoinErrors
{
    /// <summary>The channel could not be reached in time. A later join may succeed.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>
    /// The client may not join: its key is wrong, its token does not grant the channel, or the channel belongs to another socket.
    /// </summary>
    public const string Forbidden = "forbidden";

    /// <summary>The channel needs a token, and the client has none.</summary>
    public const string Unauthorized = "unauthorized";

    /// <summary>The name is too long for a channel.</summary>
    public const string BadChannel = "bad_channel";

    /// <summary>The starting position is invalid.</summary>
    public const string BadSince = "bad_since";

    /// <summary>The client left the channel before the join was complete.</summary>
    public const string Left = "left";

    /// <summary>The connection has joined the maximum number of channels.</summary>
    public const string Limit = "limit";

    /// <summary>The client asks for the marks of a channel that is not an inbox.</summary>
    public const string NotInbox = "not_inbox";
}
