namespace Notify.Browser.Tests;

/// <summary>Channel names that no other test uses.</summary>
internal static class Channel
{
    private static int _count;

    public static string Next() => $"my channel {Interlocked.Increment(ref _count)}";
}
