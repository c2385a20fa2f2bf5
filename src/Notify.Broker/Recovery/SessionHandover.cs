namespace Notify.Broker.Recovery;

/// <summary>Represents the response of a private id's holder to a request for the session.</summary>
public abstract record SessionHandover
{
    private SessionHandover()
    {
    }

    /// <summary>Transfers the session to the requesting node.</summary>
    /// <param name="Session">The session, whose former connection has ended.</param>
    public sealed record Found(RecoverableSession Session) : SessionHandover;

    /// <summary>
    /// Reports that the holder exists and does not have the session: its client left on purpose, or it was away too long.
    /// </summary>
    public sealed record Over : SessionHandover
    {
        /// <summary>The single instance.</summary>
        public static readonly Over Instance = new();

        private Over()
        {
        }
    }

    /// <summary>
    /// Reports that the holder no longer exists, so that the end of the session is unknown. The client's last string may suffice.
    /// </summary>
    public sealed record HolderGone : SessionHandover
    {
        /// <summary>The single instance.</summary>
        public static readonly HolderGone Instance = new();

        private HolderGone()
        {
        }
    }
}
