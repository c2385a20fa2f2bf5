namespace Notify.Broker.Clustering;

/// <summary>Says when it is time to decide: when nothing has changed for a while, or when it has not come to rest for too long.</summary>
/// <param name="stableAfter">How long nothing may have changed.</param>
/// <param name="giveUpAfter">How long changes may go on; zero for as long as they like.</param>
internal sealed class Settling(TimeSpan stableAfter, TimeSpan giveUpAfter)
{
    private TimeSpan _changed;
    private TimeSpan? _began;

    /// <summary>What a look at the time has shown.</summary>
    public enum Verdict
    {
        /// <summary>It may change yet.</summary>
        Wait,

        /// <summary>It is at rest.</summary>
        Stable,

        /// <summary>It does not come to rest.</summary>
        Unstable,
    }

    /// <summary>There is something else to decide than before.</summary>
    /// <param name="now">A time that never goes back.</param>
    public void Change(TimeSpan now)
    {
        _changed = now;
        _began ??= now;
    }

    /// <summary>There is nothing to decide, or it was decided. What comes after begins anew.</summary>
    public void Done(TimeSpan now)
    {
        _changed = now;
        _began = null;
    }

    /// <summary>Whether it is time.</summary>
    public Verdict Look(TimeSpan now) =>
        _began is { } began && giveUpAfter > TimeSpan.Zero && now - began > giveUpAfter ? Verdict.Unstable
        : now - _changed >= stableAfter ? Verdict.Stable
        : Verdict.Wait;
}
