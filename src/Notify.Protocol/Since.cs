namespace Notify.Protocol;

/// <summary>Specifies the notifications that a client requests when it joins a channel, in addition to the live ones.</summary>
public abstract record Since
{
    private Since()
    {
    }

    /// <summary>Requests all stored notifications.</summary>
    public sealed record Earliest : Since
    {
        /// <summary>The single instance.</summary>
        public static readonly Earliest Instance = new();

        private Earliest()
        {
        }
    }

    /// <summary>Requests all notifications after a position that the client has received.</summary>
    /// <param name="Epoch">The epoch that the offset belongs to.</param>
    /// <param name="Offset">The offset of the last notification that the client has; 0 before the first, never negative.</param>
    public sealed record After(string Epoch, long Offset) : Since;
}
