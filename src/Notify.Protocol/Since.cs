namespace Notify.Protocol;

/// <summary>From where on a client that joins wants to be told, when it wants more than what is sent from now on.</summary>
public abstract record Since
{
    private Since()
    {
    }

    /// <summary>Everything that is kept.</summary>
    public sealed record Earliest : Since
    {
        /// <summary>The only one.</summary>
        public static readonly Earliest Instance = new();

        private Earliest()
        {
        }
    }

    /// <summary>Everything after a position that the client was told.</summary>
    /// <param name="Epoch">The life of the channel's history that the offset belongs to.</param>
    /// <param name="Offset">The offset of the last notification that the client has; 0 before the first, never negative.</param>
    public sealed record After(string Epoch, long Offset) : Since;
}
