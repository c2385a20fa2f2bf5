namespace Notify.Broker.Connections;

/// <summary>The names of the errors that a join can be answered with.</summary>
public static class JoinErrors
{
    /// <summary>The channel could not be reached in time; joining again later may work.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>The client may not join: its key is wrong, or the channel is another socket's own.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>The name is longer than a channel's name may be.</summary>
    public const string BadChannel = "bad_channel";

    /// <summary>What the join says of where to begin cannot be read.</summary>
    public const string BadSince = "bad_since";

    /// <summary>The client left the channel before it was joined.</summary>
    public const string Left = "left";

    /// <summary>The connection has joined as many channels as one may.</summary>
    public const string Limit = "limit";
}
