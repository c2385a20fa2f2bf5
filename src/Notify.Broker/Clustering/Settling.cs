namespace Notify.Broker.Clustering;

/// <summary>
/// Decides when a changing situation is ready for a decision: when nothing has changed for a while, or when changes have continued for too
/// long.
/// </summary>
/// <param name="stableAfter">The time without changes after which the situation is stable.</param>
/// <param name="giveUpAfter">The maximum time of changes; zero for no limit.</param>
internal sealed class Settling(TimeSpan stableAfter, TimeSpan giveUpAfter)
{
    private TimeSpan _changed;
    private TimeSpan? _began;

    /// <summary>Specifies the state of the situation.</summary>
    public enum Verdict
    {
        /// <summary>Changes are still possible.</summary>
        Wait,

        /// <summary>The situation is stable.</summary>
        Stable,

        /// <summary>Changes have continued for too long.</summary>
        Unstable,
    }

    /// <summary>Records a change.</summary>
    /// <param name="now">The time of a clock that never goes back.</param>
    public void Change(TimeSpan now)
    {
        _changed = now;
        _began ??= now;
    }

    /// <summary>Resets the state after a decision, or when there is nothing to decide.</summary>
    public void Done(TimeSpan now)
    {
        _changed = now;
        _began = null;
    }

    /// <summary>Returns the current state.</summary>
    public Verdict Look(TimeSpan now) =>
        _began is { } began && giveUpAfter > TimeSpan.Zero && now - began > giveUpAfter ? Verdict.Unstable
        : now - _changed >= stableAfter ? Verdict.Stable
        : Verdict.Wait;
}
