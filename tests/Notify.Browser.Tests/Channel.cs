namespace Notify.Browser.Tests;

/// <summary>Creates channel names that no other test uses.</summary>
internal static class Channel
{
    private static int _count;

    public static string Next() => $"my channel {Interlocked.Increment(ref _count)}";
}
