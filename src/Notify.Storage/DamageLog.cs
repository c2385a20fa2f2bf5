using Microsoft.Extensions.Logging;

namespace Notify.Storage;

/// <summary>
/// Logs damage in a channel's history once for each channel, and keeps a summary for the operator. Safe to use from any thread.
/// </summary>
/// <param name="backend">The database.</param>
/// <param name="logger">The log.</param>
internal sealed class DamageLog(IStoreBackend backend, ILogger logger)
{
    // Enough for an operator to read. Further channels only count in the metric.
    private const int MaxChannels = 100;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _channels = new(StringComparer.Ordinal);

    /// <summary>Gets a sentence that describes the damage found; null when there is none.</summary>
    public string? Summary
    {
        get
        {
            lock (_lock)
            {
                return _channels.Count == 0 ? null
                    : $"A part of the history is damaged (channels: {_channels.Count}; the first: {_channels.First()}); "
                        + "the log says what was found.";
            }
        }
    }

    /// <summary>Reports that a part of a channel's history is missing or unreadable.</summary>
    public void Report(string channel, string cause)
    {
        lock (_lock)
        {
            if (_channels.Count == MaxChannels || !_channels.Add(channel))
            {
                return;
            }
        }

        StoreLog.Damaged(logger, backend.Name, channel, cause);
    }
}
