namespace Notify.Server.Limits;

/// <summary>Divides the memory that the process may use, which is a container's limit if there is one, among what strangers can cause.</summary>
internal static class MemoryShares
{
    // What a subscription and a channel with subscribers cost, generously.
    private const int SubscriptionBytes = 256;
    private const int ChannelBytes = 5 * 1024;

    private static long Memory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>How many bytes of unfinished bodies and messages there may be: an eighth, 16 to 256 MB.</summary>
    public static long Receiving => Math.Clamp(Memory / 8, 16L << 20, 256L << 20);

    /// <summary>How many channels all connections together may have joined: a quarter.</summary>
    public static long Subscriptions => Memory / 4 / SubscriptionBytes;

    /// <summary>How many channels may have subscribers on this node: half.</summary>
    public static int Channels => (int)Math.Min(Memory / 2 / ChannelBytes, int.MaxValue);
}
