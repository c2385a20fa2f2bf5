namespace Notify.Client;

/// <summary>
/// Computes the pauses between attempts. They grow, and are random, so that many clients do not come back at the same moment.
/// </summary>
internal static class Backoff
{
    /// <summary>Returns a pause between zero and <paramref name="first"/> times two to the number of failures.</summary>
    /// <param name="failures">The number of failures before this one.</param>
    /// <param name="first">The longest first pause.</param>
    /// <param name="longest">The longest pause of all.</param>
    /// <param name="random">A number from 0 to 1.</param>
    public static TimeSpan Next(int failures, TimeSpan first, TimeSpan longest, double random)
    {
        var ceiling = Math.Min(longest.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 30)));
        return TimeSpan.FromMilliseconds(ceiling * random);
    }
}
