namespace Notify.Broker.Recovery;

/// <summary>What the holder of a private id answers to who wants the session.</summary>
public abstract record SessionHandover
{
    private SessionHandover()
    {
    }

    /// <summary>The session; it is the asker's now.</summary>
    /// <param name="Session">The session, its former connection ended.</param>
    public sealed record Found(RecoverableSession Session) : SessionHandover;

    /// <summary>The holder lives and does not have it: its client left on purpose, or it was away too long.</summary>
    public sealed record Over : SessionHandover
    {
        /// <summary>The only one.</summary>
        public static readonly Over Instance = new();

        private Over()
        {
        }
    }

    /// <summary>The holder is no more, so nobody can say how the session ended; its client's last string may suffice.</summary>
    public sealed record HolderGone : SessionHandover
    {
        /// <summary>The only one.</summary>
        public static readonly HolderGone Instance = new();

        private HolderGone()
        {
        }
    }
}
