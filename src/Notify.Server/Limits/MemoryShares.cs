namespace Notify.Server.Limits;

/// <summary>Divides the memory of the process, or of its container, among the uses that clients control.</summary>
internal static class MemoryShares
{
    // Generous estimates of the memory of a subscription, and of a channel with subscribers.
    private const int SubscriptionBytes = 256;
    private const int ChannelBytes = 5 * 1024;

    private static long Memory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Gets the maximum size of all unfinished bodies and messages, in bytes: an eighth of the memory, 16 to 256 MB.</summary>
    public static long Receiving => Math.Clamp(Memory / 8, 16L << 20, 256L << 20);

    /// <summary>Gets the maximum number of subscriptions of all connections together: a quarter of the memory.</summary>
    public static long Subscriptions => Memory / 4 / SubscriptionBytes;

    /// <summary>Gets the maximum number of channels with subscribers on this node: half of the memory.</summary>
    public static int Channels => (int)Math.Min(Memory / 2 / ChannelBytes, int.MaxValue);
}
