using Microsoft.Extensions.Logging;

namespace Notify.Storage;

/// <summary>
/// Warns when the history grows to 80, 90 and 100 % of its limit. Each step is logged once, and again only after the history shrank to
/// clearly less: at its limit it grows and is trimmed all the time.
/// </summary>
/// <param name="max">The limit, in bytes.</param>
/// <param name="logger">The log.</param>
internal sealed class SizeWarnings(long max, ILogger logger)
{
    private const int Margin = 5;

    private static readonly int[] Steps = [100, 90, 80];

    private int _warned;

    /// <summary>Considers the current size, in bytes.</summary>
    public void Measured(long used)
    {
        var reached = Array.Find(Steps, step => used >= max / 100.0 * step);
        if (reached > _warned)
        {
            _warned = reached;
            StoreLog.Full(logger, reached, used, max);
        }
        else if (used < max / 100.0 * (_warned - Margin))
        {
            _warned = reached;
        }
    }
}
